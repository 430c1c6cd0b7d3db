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

    private static readonly string[] Directions = ["forward", "reverse", "bidirectional"];

    /// <summary>Every direction, with biases and without, over one step and several, each output alone and all together.</summary>
    [Theory]
    [MemberData(nameof(Operators))]
    public void Operator_OfEachKind_GivesWhatOnnxRuntimeGives(string kind)
    {
        var comparison = new RuntimeComparison();
        int index = 0;
        foreach (string direction in Directions)
        {
            foreach (int length in new[] { 1, 6 })
            {
                foreach (string state in new[] { "none", "zero", "constant", "computed" })
                {
                    Compare(comparison, new Case(kind, direction, length, state), index++);
                }
            }
        }

        comparison.Check();
    }

    /// <summary>Samples beside each other; of one step alone, which is what a model has that takes its sequence for samples.</summary>
    [Theory]
    [MemberData(nameof(Operators))]
    public void Operator_OfSeveralSamples_GivesWhatOnnxRuntimeGives(string kind)
    {
        var comparison = new RuntimeComparison();
        int index = 0;
        foreach (string direction in Directions)
        {
            foreach (string state in new[] { "none", "constant", "computed" })
            {
                Compare(comparison, new Case(kind, direction, 4, state) { Samples = 3 }, index++);
            }

            for (int i = 0; i < 2; i++)
            {
                Compare(comparison, new Case(kind, direction, 1, "none") { Samples = 7 }, index++);
            }

            Compare(comparison, new Case(kind, direction, 1, "constant") { Samples = 2 }, index++);
        }

        comparison.Check();
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Operator_WithLengthsOfItsOwn_GivesZerosAfterThem(string kind)
    {
        var comparison = new RuntimeComparison();
        int index = 0;
        foreach (string direction in Directions)
        {
            Compare(comparison, new Case(kind, direction, 5, "none") { Lengths = [3] }, index++);
            Compare(comparison, new Case(kind, direction, 5, "constant") { Lengths = [1, 5, 4], Samples = 3 }, index++);
        }

        comparison.Check();
    }

    /// <summary>ONNX Runtime knows only the other order, in which a model between transpositions is the same.</summary>
    [Theory]
    [MemberData(nameof(Operators))]
    public void Operator_WithTheSamplesFirst_GivesTheSameAsBetweenTranspositions(string kind)
    {
        var comparison = new ModelComparison();
        int index = 0;
        foreach (string direction in Directions)
        {
            foreach (int samples in new[] { 1, 3 })
            {
                foreach (string state in new[] { "none", "constant", "computed" })
                {
                    // A constant state is another one for each sample, so that they are no batch.
                    var some = new Case(kind, direction, 4, state) { Samples = samples, SamplesFirst = true };
                    int batch = state == "constant" ? 1 : samples;
                    comparison.Add(some.ToString(), Build(some, index).ToArray(), batch: batch, reference: Build(some, index, isReference: true).ToArray());
                    index++;
                }
            }
        }

        comparison.Run();
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Import_WhatCannotBe_SaysWhy(string kind)
    {
        Fails(kind, "clip", ("clip", 0.5f));
        Fails(kind, "activations", ("activations", "Softsign"));
        Fails(kind, "is none of forward, reverse and bidirectional", ("direction", "sideways"));
        if (kind == "LSTM")
        {
            Fails(kind, "input_forget", ("input_forget", 1));
        }
    }

    [Fact]
    public void Import_PeepholesAndLengthsAndStatesThatDoNotFit_SayWhy()
    {
        Assert.Contains("peepholes", Error(g => g.Random("P", 1, 15), "x W R _ _ _ _ P").Message, StringComparison.Ordinal);
        Assert.Contains("1 samples of 4 steps", Error(g => g.Integers("s", TensorProto.Types.DataType.Int32, [1], 5), "x W R _ s").Message, StringComparison.Ordinal);
        Assert.Contains("[1, 2, 5] in place of [1, 1, 5]", Error(g => g.Random("h", 1, 2, Hidden), "x W R _ _ h").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_OfALayer_IsOneAttribute()
    {
        string code = OnnxImporter.Import(Simple(g => g, "x W R").Bytes, new OnnxImportOptions()).ToCode("Net", null);
        Assert.Contains("[LSTM(5, Bias = false)]", code, StringComparison.Ordinal);
    }

    /// <summary>A model of one recurrent operator.</summary>
    /// <param name="Kind">The operator.</param>
    /// <param name="Direction">The direction.</param>
    /// <param name="Length">The steps.</param>
    /// <param name="State">What it starts from: none, zero, constant, or computed.</param>
    private sealed record Case(string Kind, string Direction, int Length, string State)
    {
        public int Samples { get; init; } = 1;

        public int[]? Lengths { get; init; }

        /// <summary>Whether the operator has the layout 1.</summary>
        public bool SamplesFirst { get; init; }
    }

    private static void Compare(RuntimeComparison comparison, Case some, int index) =>
        comparison.Add(some.ToString(), Build(some, index), GoldenWeights.Input(some.Length * some.Samples * Features), 1e-5);

    /// <param name="some">What the model is.</param>
    /// <param name="index">A number by which the outputs, the biases and the weights differ.</param>
    /// <param name="isReference">Whether the operator stands between transpositions where its samples come first.</param>
    private static TestModel Build(Case some, int index, bool isReference = false)
    {
        (string kind, int samples) = (some.Kind, some.Samples);
        int gates = kind switch { "RNN" => 1, "GRU" => 3, _ => 4 };
        int directions = some.Direction == "bidirectional" ? 2 : 1;
        int outputs = 1 + (index % (kind == "LSTM" ? 7 : 3));
        var random = new Random(index);
        var model = some.SamplesFirst ? new TestModel(17, samples, some.Length, Features) : new TestModel(17, some.Length, samples, Features);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        string Turned(string value, params long[] order) => model.Node("Transpose", [value], ModelBuilder.Ints("perm", order));
        bool isTurned = some.SamplesFirst && isReference;

        // Constants have the samples second in any case.
        string Constant(float[] values) => some.SamplesFirst && !isReference
            ? model.Constant([.. Enumerable.Range(0, values.Length).Select(i =>
                values[((((i / Hidden % directions) * samples) + (i / Hidden / directions)) * Hidden) + (i % Hidden)])], samples, directions, Hidden)
            : model.Constant(values, directions, samples, Hidden);
        string Computed()
        {
            // A product with the first step, [samples, directions, hidden].
            long axis = some.SamplesFirst ? 1 : 0;
            string state = model.Node("Reshape", [
                model.Node("MatMul", [
                    model.Node("Slice", ["x", model.Constant([0L], 1), model.Constant([1L], 1), model.Constant([axis], 1)]),
                    model.Constant(Values(Features * directions * Hidden), Features, directions * Hidden)]),
                model.Constant([some.SamplesFirst ? 0L : samples, directions, Hidden], 3)]);
            return some.SamplesFirst && !isReference ? state : Turned(state, 1, 0, 2);
        }

        string State() => some.State switch
        {
            "none" => "",
            "zero" => Constant(new float[directions * samples * Hidden]),
            "constant" => Constant(Values(directions * samples * Hidden)),
            _ => Computed(),
        };
        string[] inputs =
        [
            isTurned ? Turned("x", 1, 0, 2) : "x",
            model.Constant(Values(directions * gates * Hidden * Features), directions, gates * Hidden, Features),
            model.Constant(Values(directions * gates * Hidden * Hidden), directions, gates * Hidden, Hidden),
            index % 3 != 0 ? model.Constant(Values(2 * directions * gates * Hidden), directions, 2 * gates * Hidden) : "",
            some.Lengths is { } lengths ? model.Integers(lengths, lengths.Length) : "",
            State(),
            .. kind == "LSTM" ? [State()] : Array.Empty<string>(),
        ];
        var attributes = new List<AttributeProto> { ModelBuilder.Int("hidden_size", Hidden), ModelBuilder.Text("direction", some.Direction) };
        if (some.SamplesFirst && !isReference)
        {
            attributes.Add(ModelBuilder.Int("layout", 1));
        }

        if (kind == "GRU")
        {
            attributes.Add(ModelBuilder.Int("linear_before_reset", index % 2));
        }
        else if (kind == "RNN" && index % 2 == 1)
        {
            attributes.Add(ModelBuilder.Texts("activations", Enumerable.Repeat("Relu", directions)));
        }

        string[] results = model.Nodes(kind, inputs, Enumerable.Range(0, kind == "LSTM" ? 3 : 2).Select(i => (outputs >> i & 1) == 1), [.. attributes]);
        foreach ((string result, int i) in results.Select((r, i) => (r, i)).Where(r => r.r.Length > 0))
        {
            string own = !isTurned ? result : i == 0 ? Turned(result, 2, 0, 1, 3) : Turned(result, 1, 0, 2);
            model.Output(model.Named(own, FormattableString.Invariant($"y{i}")));
        }

        return model;
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

    private static OnnxException Error(Func<GraphBuilder, GraphBuilder> more, string inputs) =>
        Assert.Throws<OnnxException>(() => OnnxImporter.Import(Simple(more, inputs).Bytes, new OnnxImportOptions()));

    private static GraphBuilder Simple(Func<GraphBuilder, GraphBuilder> more, string inputs) =>
        more(new GraphBuilder().Input("x", 4, 1, Features).Random("W", 1, 4 * Hidden, Features).Random("R", 1, 4 * Hidden, Hidden))
            .Node("LSTM", inputs, "y").Output("y");
}
