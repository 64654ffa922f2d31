# A barrier: nobody goes on before all have arrived, so every Hello is printed before the first After.

from parallel import sync

print("Hello")
sync()
print("After")
