# A construct that the cores do not have.

numbers = {"one": 1}
print(numbers["one"])
