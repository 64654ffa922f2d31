# epython: legacy
# What the published dialect does in its own way.
import array
from math import *
a=7
b=2
print a/b
print -a/b
print a//b
print -a//b
print a%b
print -7%3
x=7.0
print x/b
print a^b
print 2.5^2
print 1/3.0
print 2147483647+1
print true
print NONE
print "x"+1+2.5+true+none
print 1+"x"
l=[1,2]
k=l
k[5]=7
for v in l:
  print v
print len(k)
k[0]=0.5
print l[5]
m=array(2,3)
m[1][2]=5
m[0][1]=4
for v in m:
  print v
print m[1][2]
print ndim(m)
print sqrt(2)
print floor(-1.5)
def f(n, s=none):
  if s is none:
    return n
  return n+s
Print F(1)
print f(1,2)
