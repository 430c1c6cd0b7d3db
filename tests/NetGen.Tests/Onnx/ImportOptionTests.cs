using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NetGen.Onnx;
using NetGen.Onnx.Import;
using NetGen.Onnx.Protos;
using Xunit;

namespace NetGen.Tests.Onnx;

using DataType = TensorProto.Types.DataType;

/// <summary>What is said besides the model: where it ends, what its further inputs are, and what it takes.</summary>
public sealed class ImportOptionTests
{
    /// <summary>An operator that the importer knows, and a batch does not, would be refused with every batch.</summary>
    [Fact]
    public void ItIsKnownHowEachOperatorTreatsABatch() => Assert.Empty(OnnxImporter.Operators.Except(Lowering.BatchOperators));

    [Fact]
    public void AModelIsCutAtAValue()
    {
        GraphBuilder graph = Classifier().Node("ArgMax", "s", "class", ("axis", 1)).Output("class", DataType.Int64);
        // ONNX Runtime gives what is an output.
        foreach (string name in new[] { "s", "r" })
        {
            graph.Output(name);
        }

        var comparison = new ModelComparison();
        comparison.Add("one", graph.Bytes, new OnnxImportOptions { Outputs = ["s"] });
        comparison.Add("two, in their order", graph.Bytes, new OnnxImportOptions { Outputs = ["r", "s"] });
        comparison.Add("one before the other", graph.Bytes, new OnnxImportOptions { Outputs = ["r"] });
        comparison.Run();

        OnnxException error = Fails(graph, new OnnxImportOptions { Outputs = ["nowhere"] });
        Assert.Contains("'nowhere'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'class'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The advice is one that works.</summary>
    [Fact]
    public void WhatStandsAtTheEndIsNamedWithTheCut()
    {
        GraphBuilder argMax = Classifier().Node("ArgMax", "s", "class", ("axis", 1)).Output("class", DataType.Int64);
        Cut(argMax, "ArgMax", "s");
        Cut(Classifier().Output("s").Node("ArgMax", "s", "class").Node("Cast", "class", "real", ("to", 1)).Output("real"), "ArgMax", "s");
        Cut(Classifier().List("k", 2).Node("TopK", "s k", "v i").Output("v").Output("i", DataType.Int64), "TopK", "s");
        Cut(Classifier().Output("r").List("k", 2).Node("TopK", "s k", "v i").Output("v").Output("i", DataType.Int64), "TopK", "r", "s");
        Cut(Classifier().Node("Cast", "s", "u", ("to", (int)DataType.Int64)).Longs("k", [], 3).Node("Mod", "u k", "n").Output("n", DataType.Int64), "Cast", "s");

        // Boxes and scores, of which the best are chosen, and gathered again.
        GraphBuilder boxes = new GraphBuilder().Input("x", 1, 3, 6, 6).Random("w", 8, 3, 3, 3).Node("Conv", "x w", "c").List("t", 1, 8, 16).Node("Reshape", "c t", "h")
            .List("split", 4, 4).Node("Split", "h split", "b scores", ("axis", 1)).Node("Transpose", "b", "boxes", ("perm", new long[] { 0, 2, 1 }))
            .Node("NonMaxSuppression", "boxes scores", "chosen").List("one", 2).Node("Gather", "chosen one", "at", ("axis", 1)).Node("Squeeze", "at", "flat")
            .Node("Gather", "boxes flat", "best", ("axis", 1)).Output("best").Output("chosen", DataType.Int64);
        Cut(boxes, "NonMaxSuppression", "boxes", "scores");

        // An output that something else stops, beside one that nothing does.
        OnnxException other = Fails(Classifier().Output("s").Node("Unknown", "r", "z").Output("z"), new OnnxImportOptions());
        Assert.Equal("Unknown", other.Operator);
        Assert.EndsWith("with --output s.", other.Message, StringComparison.Ordinal);

        // Where something else stands in the way, that is the error.
        GraphBuilder hopeless = new GraphBuilder().Input("x", 1, 4).Node("Unknown", "x", "u").Node("ArgMax", "u", "y").Output("y", DataType.Int64);
        Assert.Equal("Unknown", Fails(hopeless, new OnnxImportOptions()).Operator);
        Assert.Equal("TopK", Fails(new GraphBuilder().Input("x", 1, 4).List("k", 2).Node("TopK", "x k", "v i").Output("v"), new OnnxImportOptions()).Operator);

        static void Cut(GraphBuilder graph, string operation, params string[] outputs)
        {
            OnnxException error = Fails(graph, new OnnxImportOptions());
            Assert.Equal(operation, error.Operator);
            Assert.Contains("for the caller", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("with " + string.Join(" ", outputs.Select(o => "--output " + o)) + ".", error.Message, StringComparison.Ordinal);
            Assert.Equal(outputs, OnnxImporter.Import(graph.Bytes, new OnnxImportOptions { Outputs = outputs }).Outputs.Select(o => o.Name));
        }
    }

    [Fact]
    public void ConstantsAreGivenAsText()
    {
        GraphBuilder graph = new GraphBuilder().Input("x", 1, 4).Input("sr", DataType.Int64).Input("gain", DataType.Float, 4).Input("on", DataType.Bool)
            .Input("half", DataType.Float16, 1, -1).Output("y")
            .Node("Cast", "sr", "rate", ("to", 1)).Node("Mul", "x rate", "a").Node("Mul", "a gain", "b").Node("Neg", "b", "c").Node("Where", "on b c", "d")
            .Node("Cast", "half", "h", ("to", 1)).Node("Add", "d h", "y");
        OnnxImportOptions Options(params string[] texts)
        {
            var options = new OnnxImportOptions();
            foreach (string text in texts)
            {
                options.AddConstant(text);
            }

            return options;
        }

        GraphBuilder plain = new GraphBuilder().Input("x", 1, 4).Input("sr", DataType.Int64).Input("gain", DataType.Float, 4).Input("half", DataType.Float16, 1, -1).Output("y")
            .Node("Cast", "sr", "rate", ("to", 1)).Node("Mul", "x rate", "a").Node("Mul", "a gain", "b").Node("Cast", "half", "h", ("to", 1)).Node("Add", "b h", "y");
        var comparison = new ModelComparison();
        comparison.Add("numbers", plain.Bytes, Options("sr=16", "gain=1, -2.5,3e-1,4", "half=0.5"), given: new Dictionary<string, float[]>
        {
            ["sr"] = [16], ["gain"] = [1, -2.5f, 0.3f, 4], ["half"] = [0.5f],
        });
        comparison.Add("one for all", plain.Bytes, Options("sr=16", "gain=2", "half=0"), given: new Dictionary<string, float[]> { ["sr"] = [16], ["gain"] = [2, 2, 2, 2] });
        comparison.Run();
        Assert.Equal([1, 4], OnnxImporter.Import(plain.Bytes, Options("sr=16", "gain=2", "half=0.5,1,2,3")).Outputs[0].Dimensions);
        Assert.Contains("half", Fails(plain, Options("sr=16", "gain=2")).Message, StringComparison.Ordinal);
        Assert.Contains("numbers", Fails(plain, Options("sr=16", "gain=2,3", "half=0")).Message, StringComparison.Ordinal);
        Assert.Contains("'1.5' is no value of Int64", Fails(plain, Options("sr=1.5", "gain=2", "half=0")).Message, StringComparison.Ordinal);
        Assert.Contains("'loud' is no number", Fails(plain, Options("sr=1", "gain=loud", "half=0")).Message, StringComparison.Ordinal);
        Assert.Contains("no input 'rate'", Fails(plain, Options("rate=1", "gain=2", "half=0")).Message, StringComparison.Ordinal);
        Assert.Contains("'maybe' is no value of Boolean", Fails(graph, Options("sr=1", "gain=2", "half=0", "on=maybe")).Message, StringComparison.Ordinal);
        foreach (string text in new[] { "sr", "=3", "sr=", "" })
        {
            Assert.Contains("name=16000", Assert.Throws<OnnxException>(() => new OnnxImportOptions().AddConstant(text)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>What the tool gives ONNX Runtime has the constants in the types that the model declares, and the outputs that were chosen.</summary>
    [Fact]
    public void TheModelWithItsConstantsRuns()
    {
        GraphBuilder graph = new GraphBuilder().Input("x", 1, 4).Output("z");
        foreach (DataType type in new[] { DataType.Int64, DataType.Int32, DataType.Uint8, DataType.Bool, DataType.Float16, DataType.Double })
        {
            graph.Input(type.ToString(), type, 1).Node("Cast", type.ToString(), type + "f", ("to", 1)).Node("Add", graph.Model.Graph.Node.Count == 1 ? $"x {type}f" : $"s{graph.Model.Graph.Node.Count - 1} {type}f", $"s{graph.Model.Graph.Node.Count + 1}");
        }

        string last = graph.Model.Graph.Node[^1].Output[0];
        graph.Node("Neg", last, "z");
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, graph.Bytes);
            var options = new OnnxImportOptions { Outputs = [last] };
            foreach (DataType type in new[] { DataType.Int64, DataType.Int32, DataType.Uint8, DataType.Bool, DataType.Float16, DataType.Double })
            {
                options.AddConstant(type + "=1");
            }

            ImportedNetwork network = OnnxImporter.Import(path, options);
            Assert.Equal([(last, "1, 4")], network.Outputs.Select(o => (o.Name, string.Join(", ", o.Dimensions))));
            Assert.Equal([7f, 8, 9, 10], ExporterTests.Run(OnnxOutputs.With(path, options, []), [1, 2, 3, 4], [1, 4]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void TypesOfInputsAndOutputs()
    {
        var comparison = new ModelComparison();
        void Check(string name, GraphBuilder graph, OnnxElementType input, OnnxElementType output)
        {
            ImportedNetwork network = OnnxImporter.Import(graph.Bytes, new OnnxImportOptions());
            Assert.Equal(input, network.InputType);
            Assert.Equal(output, network.Outputs.Single().Type);
            comparison.Add(name, graph.Bytes);
        }

        foreach ((DataType type, OnnxElementType own) in new[]
        {
            (DataType.Uint8, OnnxElementType.UInt8), (DataType.Int32, OnnxElementType.Int32), (DataType.Int64, OnnxElementType.Int64), (DataType.Bool, OnnxElementType.Boolean),
        })
        {
            Check($"cast {own}", new GraphBuilder().Input("x", type, 1, 4, 4, 3).Output("y").Node("Transpose", "x", "t", ("perm", new long[] { 0, 3, 1, 2 }))
                .Node("Cast", "t", "f", ("to", 1)).Random("w", 2, 3, 3, 3).Node("Conv", "f w", "y"), own, OnnxElementType.Float32);
            Check($"moved {own}", new GraphBuilder().Input("x", type, 1, 3, 4).Output("y", type).List("s", 1).List("e", 3).Node("Slice", "x s e s", "y"), own, own);
        }

        Check("wider", new GraphBuilder().Input("x", DataType.Uint8, 1, 6).Output("y", DataType.Int32).Node("Cast", "x", "i", ("to", 6)).Longs("k", [], 3)
            .Node("Cast", "k", "j", ("to", 6)).Node("Mul", "i j", "y"), OnnxElementType.UInt8, OnnxElementType.Int32);
        Check("half", new GraphBuilder().Input("x", DataType.Float16, 1, 6).Output("y", DataType.Float16).Node("Relu", "x", "y"), OnnxElementType.Float16, OnnxElementType.Float16);
        comparison.Run();

        // Integers wrap and divide as float32 does not.
        Integers("Add", DataType.Uint8, "Add");
        Integers("Div", DataType.Int32, "Div");
        static void Integers(string name, DataType type, string operation)
        {
            GraphBuilder graph = new GraphBuilder().Input("x", type, 1, 6).Output("y", type).Integers("k", type, [], 3).Node(operation, "x k", "y");
            OnnxException error = Fails(graph, new OnnxImportOptions());
            Assert.Equal(name, error.Operator);
            Assert.Contains("cast the values before", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>An image of 6×6, its features r, and the scores s.</summary>
    private static GraphBuilder Classifier() => new GraphBuilder().Input("x", 1, 3, 6, 6).Random("w", 4, 3, 3, 3).Random("d", 4, 5)
        .Node("Conv", "x w", "c").Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "p").Node("Flatten", "p", "f").Node("Gemm", "f d", "s");

    private static OnnxException Fails(GraphBuilder graph, OnnxImportOptions options) =>
        Assert.Throws<OnnxException>(() => OnnxImporter.Import(graph.Bytes, options));
}
