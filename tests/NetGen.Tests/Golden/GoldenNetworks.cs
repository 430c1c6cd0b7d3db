namespace NetGen.Tests.Golden;

/// <summary>LeNet-5 with rectifiers and max pooling.</summary>
[Network]
[Input(1, 28, 28)]
[Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]
[Conv2D(16, 5)]             [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(120)] [ReLU]
[Dense(84)]  [ReLU]
[Dense(10)]
public sealed partial class LeNet5;

/// <summary>The network of 2012: two towers that meet at conv3 and the dense layers.</summary>
[Network]
[Input(3, 227, 227)]
[Conv2D(96, 11, Stride = 4)]              [ReLU] [LocalResponseNorm(5, K = 2)] [MaxPool2D(3, Stride = 2)]
[Conv2D(256, 5, Padding = 2, Groups = 2)] [ReLU] [LocalResponseNorm(5, K = 2)] [MaxPool2D(3, Stride = 2)]
[Conv2D(384, 3, Padding = 1)]             [ReLU]
[Conv2D(384, 3, Padding = 1, Groups = 2)] [ReLU]
[Conv2D(256, 3, Padding = 1, Groups = 2)] [ReLU] [MaxPool2D(3, Stride = 2)]
[Flatten]
[Dense(4096, Name = "fc6")] [ReLU]
[Dense(4096, Name = "fc7")] [ReLU]
[Dense(1000, Name = "fc8")]
public sealed partial class AlexNetTwoTower;

/// <summary>Every argument of the convolutions at an unusual value.</summary>
[Network]
[Input(3, 45, 47)]
[Conv2D(10, 3, 5, StrideHeight = 2, PaddingTop = 1, PaddingBottom = 1, PaddingLeft = 2, PaddingRight = 2, Name = "a")] [LeakyReLU(0.1)]
[Conv2D(20, 3, Padding = 2, Dilation = 2, Groups = 5, Name = "b")] [HardSwish]
[DepthwiseConv2D(3, Padding = 1, Bias = false, Name = "c")] [SiLU]
[Conv2D(7, 1, Name = "d")] [Tanh]
[AvgPool2D(3, Stride = 2, Padding = 1, CountIncludePad = false)]
[ConvTranspose2D(5, 4, Stride = 2, Padding = 1, Name = "e")] [Sigmoid]
[MaxPool2D(3, 2, Stride = 2, PaddingTop = 1, PaddingBottom = 1, CeilMode = true)]
[Flatten] [Dense(13, Name = "fc")] [Softmax]
public sealed partial class ConvStack;
