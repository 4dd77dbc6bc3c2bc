"""The program's own way with passwords, at a cost that suits tests: the small town has six members of staff."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 with the least memory and one pass."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
