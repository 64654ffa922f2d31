# Every core says hello. The cores have no screen: a line travels to the host, which prints it with the core's number in front.
#
#   ./epysim run examples/hello.py
#
# Lines of different cores come in the order in which the host served them.

text = "hello " + "world"
print(text)
