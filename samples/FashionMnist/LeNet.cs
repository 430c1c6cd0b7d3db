using NetGen;

namespace FashionMnist;

/// <summary>LeNet-5 on images of 28×28 grey pixels; ten classes of clothing.</summary>
[Network]
[Input(1, 28, 28)]
[Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]
[Conv2D(16, 5)]             [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(120)] [ReLU]
[Dense(84)]  [ReLU]
[Dense(10)]
public sealed partial class LeNet;

/// <summary>The same on integers: each convolution and dense layer but the first, whose input has a single channel.</summary>
[Network(Precision = Precision.Int8, Winograd = false)]
[Input(1, 28, 28)]
[Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]
[Conv2D(16, 5)]             [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(120)] [ReLU]
[Dense(84)]  [ReLU]
[Dense(10)]
public sealed partial class LeNetIntegers;
