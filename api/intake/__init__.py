"""What may come in: how long, how large, how deep and of what kind, before anything of it is believed."""

from api.intake.choice import chosen
from api.intake.limiter import LimitIntake
from api.intake.limits import LIMITS, IntakeLimits
from api.intake.strict_json import BadJson, read_json

__all__ = ["LIMITS", "BadJson", "IntakeLimits", "LimitIntake", "chosen", "read_json"]
