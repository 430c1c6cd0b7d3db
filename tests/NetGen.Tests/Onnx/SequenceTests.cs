using System;
using NetGen.Onnx;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Operators over sequences, of rank 3, are imported as layers over sequences.</summary>
public sealed class SequenceTests
{
    [Fact]
    public void Import_OperatorsOfRankThree_BecomeLayersOverSequences()
    {
        GraphBuilder model = new GraphBuilder().Input("x", 1, 3, 20).Output("y")
            .Random("W", 8, 3, 5).Random("b", 8).Random("D", 8, 1, 3).Random("T", 8, 4, 4)
            .Floats("mean", [8], 0, 1, 2, 3, 4, 5, 6, 7).Floats("variance", [8], 1, 2, 3, 4, 5, 6, 7, 8)
            .Node("Conv", "x W b", "conv", ("pads", new long[] { 2, 2 }), ("strides", new long[] { 2 }))
            .Node("BatchNormalization", "conv b b mean variance", "norm")
            .Node("Tanh", "norm", "tanh")
            .Node("Conv", "tanh D", "deep", ("group", 8), ("pads", new long[] { 4, 0 }), ("dilations", new long[] { 2 }))
            .Node("MaxPool", "deep", "max", ("kernel_shape", new long[] { 3 }), ("pads", new long[] { 1, 1 }))
            .Node("ConvTranspose", "max T", "longer", ("strides", new long[] { 2 }), ("output_padding", new long[] { 1 }))
            .Node("AveragePool", "longer", "y", ("kernel_shape", new long[] { 2 }), ("strides", new long[] { 1 }));
        string code = OnnxImporter.Import(model.Bytes, new OnnxImportOptions()).ToCode("Model");
        foreach (string layer in new[]
        {
            "[Conv1D(8, 5, Stride = 2, Padding = 2)]", "[BatchNorm1D]", "[DepthwiseConv1D(3, PaddingLeft = 4, Dilation = 2, Bias = false)]",
            "[MaxPool1D(3, Stride = 1, Padding = 1)]", "[ConvTranspose1D(4, 4, Stride = 2, OutputPadding = 1, Bias = false)]", "[AvgPool1D(2, Stride = 1)]",
        })
        {
            Assert.Contains(layer, code, StringComparison.Ordinal);
        }

        var comparison = new ModelComparison();
        comparison.Add("sequence", model.Bytes);
        comparison.Run();
    }
}
