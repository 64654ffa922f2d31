# Every core asks for a name: an answer is a line of its own.

name = input("Name: ")
print("Hello " + name)
