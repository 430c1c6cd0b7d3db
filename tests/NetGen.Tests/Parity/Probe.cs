namespace NetGen.Tests.Parity;

/// <summary>A network that the tests of the checks themselves look at.</summary>
[Network]
[Input(3, 6, 5)]
[Conv2D(5, 3, Padding = 1)]
[Sigmoid]
[MaxPool2D(2)]
[Output("conv1")]
[Output("maxpool1")]
public sealed partial class Probe;
