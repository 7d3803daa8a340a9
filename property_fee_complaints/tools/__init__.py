from .working_time import ClockTime, WorkingTime
