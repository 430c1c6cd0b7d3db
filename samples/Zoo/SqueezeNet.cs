using NetGen;

namespace Zoo;

/// <summary>A fire module: a 1×1 bottleneck of A filters, then B filters of 1×1 beside B of 3×3.</summary>
[Block]
[Conv2D(Param.A, 1, Name = "squeeze")] [ReLU(Name = "squeezed")]
[Conv2D(Param.B, 1, Name = "expand1x1")] [ReLU(Name = "narrow")]
[Conv2D(Param.B, 3, Padding = 1, Name = "expand3x3", From = "squeezed")] [ReLU(Name = "wide")]
[Concat("narrow", "wide")]
public sealed class Fire;

/// <summary>SqueezeNet 1.1 (Iandola and others, 2016), in the names of torchvision's state dict.</summary>
[Network]
[Input(3, 224, 224)]
[Conv2D(64, 3, Stride = 2, Name = "features.0")] [ReLU] [MaxPool2D(3, Stride = 2, CeilMode = true)]
[Use<Fire>(16, 64, Name = "features.3")]
[Use<Fire>(16, 64, Name = "features.4")] [MaxPool2D(3, Stride = 2, CeilMode = true)]
[Use<Fire>(32, 128, Name = "features.6")]
[Use<Fire>(32, 128, Name = "features.7")] [MaxPool2D(3, Stride = 2, CeilMode = true)]
[Use<Fire>(48, 192, Name = "features.9")]
[Use<Fire>(48, 192, Name = "features.10")]
[Use<Fire>(64, 256, Name = "features.11")]
[Use<Fire>(64, 256, Name = "features.12")]
[Dropout]
[Conv2D(1000, 1, Name = "classifier.1")] [ReLU]
[GlobalAvgPool2D] [Flatten]
public sealed partial class SqueezeNet;
