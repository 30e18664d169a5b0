"""The parts of the fictitious collaboration's story; every municipality, person, company and figure is made up."""
