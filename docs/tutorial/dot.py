from epython import offload


@offload
def dot(a, b):
    from parallel import coreid, numcores

    total = 0.0
    for i in range(coreid(), len(a), numcores()):
        total += a[i] * b[i]
    return total


a = [float(i) for i in range(64)]
b = [2.0] * 64
parts = dot(a, b)
print(len(parts), sum(parts))
