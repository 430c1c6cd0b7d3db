using NetGen;

namespace AlexNetSample;

/// <summary>
/// The network of Krizhevsky, Sutskever and Hinton, 2012, as it was trained on two GPUs. Each held half of the filters, and they
/// met only at conv3 and the dense layers: a convolution in two groups is the same thing.
/// </summary>
[Network]
[Input(3, 227, 227)]
[Conv2D(96, 11, Stride = 4)] [ReLU]
[LocalResponseNorm(5, Alpha = 1e-4, Beta = 0.75, K = 2)]
[MaxPool2D(3, Stride = 2)]
[Conv2D(256, 5, Padding = 2, Groups = 2)] [ReLU]
[LocalResponseNorm(5, Alpha = 1e-4, Beta = 0.75, K = 2)]
[MaxPool2D(3, Stride = 2)]
[Conv2D(384, 3, Padding = 1)] [ReLU]
[Conv2D(384, 3, Padding = 1, Groups = 2)] [ReLU]
[Conv2D(256, 3, Padding = 1, Groups = 2)] [ReLU]
[MaxPool2D(3, Stride = 2)]
[Flatten]
[Dense(4096, Name = "dense1")] [ReLU] [Dropout]
[Dense(4096, Name = "dense2")] [ReLU] [Dropout]
[Dense(1000, Name = "dense3")]
public sealed partial class AlexNet;

/// <summary>
/// The same network up to dense1 as some lectures count it, from the 13×13 map before the last pooling. It is never run here: its
/// counts are constants of the compilation.
/// </summary>
[Network]
[Input(3, 227, 227)]
[Conv2D(96, 11, Stride = 4)] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(256, 5, Padding = 2, Groups = 2)] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(384, 3, Padding = 1)] [ReLU]
[Conv2D(384, 3, Padding = 1, Groups = 2)] [ReLU]
[Conv2D(256, 3, Padding = 1, Groups = 2)] [ReLU]
[Flatten]
[Dense(4096, Name = "dense1")]
public sealed partial class AlexNetWithoutLastPooling;
