"""How staff passwords are hashed: Argon2id (RFC 9106), in its second recommended form but for the lanes.

64 MiB and three passes. One lane instead of four: a server hashes two at a time and has few processors, so lanes would
only wait for each other. It lies above what OWASP asks for (19 MiB, 2 passes, 1 lane). A password that was hashed
otherwise is hashed anew when its owner next signs in.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class StaffArgon2(Argon2PasswordHasher):
    """Argon2id: 64 MiB, three passes, one lane."""

    memory_cost = 64 * 1024
    time_cost = 3
    parallelism = 1
