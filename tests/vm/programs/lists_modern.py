# epython: modern
# Lists and strings.
a = [1, 2, 3]
b = a
b[1] = 5
b.append(7)
print(a, len(a), a[-1], a[1:3], a[:2], a[2:], a[-2:])
m = [1, "x", None, 2.5, True]
print(m[0], m[1], m[2], m[3], m[4], len(m))
m[0] = "y"
print(m[0] + m[1], m[3] * 2)
n = [[1, 2], [3, 4]]
n[1][0] = 9
print(n, n[1][0], len(n), n[0] == [1, 2], n != [[1, 2], [3, 4]])
g = []
for i in range(200):
    g.append(i * i)
print(len(g), sum(g), g[199], min(g), max(g))
print([1] + [2, 3], [1, 2] * 2, 2 * [0], 3 in a, 4 in a, 4 not in a)
words = []
for w in ["one", "two", "three"]:
    words.append(w + "!")
print(words[0], words[2], "two!" in words, len(words[2]))
s = "hello"
print(s[0], s[-1], s[1:3], s[2:], s[:-1], len(s), s + " world", "ell" in s, s == "hello", s < "help", s > "hello!")
print(str(12) + str(1.5) + str(True) + str(None))
f = [0.5] * 4
f[2] = 2.0
print(f, f[2] + 1)
