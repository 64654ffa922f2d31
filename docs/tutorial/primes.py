# epython: modern


def is_prime(n):
    for d in range(2, n):
        if d * d > n:
            return True
        if n % d == 0:
            return False
    return n > 1


primes = []
for n in range(30):
    if is_prime(n):
        primes.append(n)
print(primes, len(primes))
