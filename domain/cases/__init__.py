"""Register of cases (saker): what is to be treated, under which number, by which bodies, on which documents."""
