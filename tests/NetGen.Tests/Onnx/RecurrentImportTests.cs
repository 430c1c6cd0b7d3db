using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Onnx;
using NetGen.Onnx.Export;
using NetGen.Onnx.Protos;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Recurrent operators come to what ONNX Runtime makes of them.</summary>
public sealed class RecurrentImportTests
{
    private const int Features = 3;
    private const int Hidden = 5;

    public static TheoryData<string> Operators => ["RNN", "GRU", "LSTM"];

    /// <summary>Every direction, with biases and without, over one step and several, each output alone and all together.</summary>
    [Fact]
    public void Operator_OfEachKind_GivesWhatOnnxRuntimeGives()
    {
        var comparison = new RuntimeComparison();
        int index = 0;
        foreach (string kind in new[] { "RNN", "GRU", "LSTM" })
        {
            foreach (string direction in new[] { "forward", "reverse", "bidirectional" })
            {
                foreach (int length in new[] { 1, 6 })
                {
                    foreach (string state in new[] { "none", "zero", "computed" })
                    {
                        int outputs = 1 + (index % (kind == "LSTM" ? 7 : 3));
                        Model(comparison, kind, direction, length, state, hasBias: index % 3 != 0, outputs, index++);
                    }
                }
            }
        }

        comparison.Check();
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Import_WhatCannotBe_SaysWhy(string kind)
    {
        Fails(kind, "clip", ("clip", 0.5f));
        Fails(kind, "activations", ("activations", "Softsign"));
        Fails(kind, "the samples come before the steps", ("layout", 1));
        Fails(kind, "is none of forward, reverse and bidirectional", ("direction", "sideways"));
        if (kind == "LSTM")
        {
            Fails(kind, "input_forget", ("input_forget", 1));
        }
    }

    [Fact]
    public void Import_PeepholesAndOtherLengthsAndSeveralSamples_SayWhy()
    {
        Assert.Contains("peepholes", Error(g => g.Random("P", 1, 15), "x W R _ _ _ _ P").Message, StringComparison.Ordinal);
        Assert.Contains("but the sequence has 4 steps", Error(g => g.Integers("s", TensorProto.Types.DataType.Int32, [1], 3), "x W R _ s").Message, StringComparison.Ordinal);
        Assert.Contains("a constant other than zero", Error(g => g.Random("h", 1, 1, Hidden), "x W R _ _ h").Message, StringComparison.Ordinal);
        Assert.Contains("[4, 2, 3]", Error(g => g, "x W R", samples: 2).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_OfALayer_IsOneAttribute()
    {
        string code = OnnxImporter.Import(Simple(g => g, "x W R", 1).Bytes, new OnnxImportOptions()).ToCode("Net", null);
        Assert.Contains("[LSTM(5, Bias = false)]", code, StringComparison.Ordinal);
    }

    private static void Model(RuntimeComparison comparison, string kind, string direction, int length, string state, bool hasBias, int outputs, int index)
    {
        int gates = kind switch { "RNN" => 1, "GRU" => 3, _ => 4 };
        int directions = direction == "bidirectional" ? 2 : 1;
        var random = new Random(index);
        var model = new TestModel(17, length, 1, Features);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        string State(int offset) => state switch
        {
            "none" => "",
            "zero" => model.Constant(new float[directions * Hidden], directions, 1, Hidden),

            // A product with the first step.
            _ => model.Node("Reshape", [
                model.Node("MatMul", [
                    model.Node("Slice", ["x", model.Constant([0L], 1), model.Constant([1L], 1), model.Constant([0L], 1)]),
                    model.Constant(Values(Features * directions * Hidden), Features, directions * Hidden)]),
                model.Constant([directions, 1L, Hidden], 3)]),
        };
        string[] inputs =
        [
            "x",
            model.Constant(Values(directions * gates * Hidden * Features), directions, gates * Hidden, Features),
            model.Constant(Values(directions * gates * Hidden * Hidden), directions, gates * Hidden, Hidden),
            hasBias ? model.Constant(Values(2 * directions * gates * Hidden), directions, 2 * gates * Hidden) : "",
            "",
            State(0),
            .. kind == "LSTM" ? [State(1)] : Array.Empty<string>(),
        ];
        var attributes = new List<AttributeProto> { ModelBuilder.Int("hidden_size", Hidden), ModelBuilder.Text("direction", direction) };
        if (kind == "GRU")
        {
            attributes.Add(ModelBuilder.Int("linear_before_reset", index % 2));
        }
        else if (kind == "RNN" && index % 2 == 1)
        {
            attributes.Add(ModelBuilder.Texts("activations", Enumerable.Repeat("Relu", directions)));
        }

        string[] results = model.Nodes(kind, inputs, Enumerable.Range(0, kind == "LSTM" ? 3 : 2).Select(i => (outputs >> i & 1) == 1), [.. attributes]);
        foreach (string result in results.Where(r => r.Length > 0))
        {
            model.Output(result);
        }

        comparison.Add($"{kind} {direction} of {length}, state {state}", model, GoldenWeights.Input(length * Features), 1e-5);
    }

    private static void Fails(string kind, string expected, (string Name, object Value) attribute)
    {
        int gates = kind switch { "RNN" => 1, "GRU" => 3, _ => 4 };
        GraphBuilder graph = new GraphBuilder().Input("x", 4, 1, Features)
            .Random("W", 1, gates * Hidden, Features).Random("R", 1, gates * Hidden, Hidden).Node(kind, "x W R", "y", attribute).Output("y");
        if (attribute is ("activations", string function))
        {
            AttributeProto proto = graph.Model.Graph.Node[0].Attribute[0];
            (proto.Type, proto.S) = (AttributeProto.Types.AttributeType.Strings, Google.Protobuf.ByteString.Empty);
            proto.Strings.Add(Google.Protobuf.ByteString.CopyFromUtf8(function));
        }

        OnnxException error = Assert.Throws<OnnxException>(() => OnnxImporter.Import(graph.Bytes, new OnnxImportOptions()));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static OnnxException Error(Func<GraphBuilder, GraphBuilder> more, string inputs, int samples = 1) =>
        Assert.Throws<OnnxException>(() => OnnxImporter.Import(Simple(more, inputs, samples).Bytes, new OnnxImportOptions()));

    private static GraphBuilder Simple(Func<GraphBuilder, GraphBuilder> more, string inputs, int samples) =>
        more(new GraphBuilder().Input("x", 4, samples, Features).Random("W", 1, 4 * Hidden, Features).Random("R", 1, 4 * Hidden, Hidden))
            .Node("LSTM", inputs, "y").Output("y");
}
