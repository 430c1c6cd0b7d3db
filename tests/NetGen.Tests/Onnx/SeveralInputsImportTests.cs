using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Onnx;
using NetGen.Onnx.Protos;
using Xunit;

namespace NetGen.Tests.Onnx;

using DataType = TensorProto.Types.DataType;

/// <summary>Models of several inputs: how they are named and shaped, and that they compute what ONNX Runtime does.</summary>
public sealed class SeveralInputsImportTests
{
    [Fact]
    public void InputsAreTakenByName()
    {
        var comparison = new ModelComparison();
        ImportedNetwork added = comparison.Add("two images, added", Images("Add", "a b", "s", 3).Bytes)!;
        Assert.Equal([("a", "a", new Shape(3, 6, 7)), ("b", "b", new Shape(3, 6, 7))], added.Inputs.Select(i => (i.Name, i.NetworkName, i.Shape)));
        Assert.Equal(new Shape(2 * 3 * 6 * 7), added.Input);
        Assert.StartsWith("[Input(\"a\", 3, 6, 7)]\n[Input(\"b\", 3, 6, 7)]\n[Add(\"a\", \"b\")]", Attributes(added), StringComparison.Ordinal);

        comparison.Add("two images, joined", Images("Concat", "b a", "s", 6, ("axis", 1)).Bytes);
        comparison.Add("the difference of two images", Images("Sub", "b a", "s", 3).Bytes);
        comparison.Add("image and vector", new GraphBuilder().Input("image", 1, 3, 6, 6).Input("place", 1, 2).Output("y").Random("w", 4, 3, 3, 3).Random("d", 6, 5)
            .Node("Conv", "image w", "c").Node("GlobalAveragePool", "c", "p").Node("Flatten", "p", "f").Node("Concat", "f place", "j", ("axis", 1)).Node("MatMul", "j d", "y").Bytes);
        comparison.Add("vectors, the second first", new GraphBuilder().Input("a", 1, 4).Input("b", 1, 3).Output("y").Random("v", 3, 4).Node("MatMul", "b v", "m")
            .Node("Relu", "m", "r").Node("Add", "a r", "y").Bytes);
        comparison.Add("an input as an output", new GraphBuilder().Input("a", 1, 4).Input("b", 1, 4).Output("y").Output("b").Node("Add", "a b", "y").Bytes);
        comparison.Add("the same input twice", new GraphBuilder().Input("a", 1, 4).Input("b", 1, 4).Output("y").Node("Mul", "b b", "m").Node("Sub", "m a", "y").Bytes);
        comparison.Add("a scalar", new GraphBuilder().Input("a", 1, 4).Input("gain").Output("y").Node("Mul", "a gain", "y").Bytes);
        comparison.Add("half", new GraphBuilder().Input("a", DataType.Float16, 1, 6).Input("b", 1, 6).Output("y").Node("Cast", "a", "f", ("to", 1)).Node("Add", "f b", "y").Bytes);
        comparison.Run();
    }

    [Fact]
    public void IntegersAndBytesAreInputsOfTheirTypes()
    {
        var comparison = new ModelComparison();
        ImportedNetwork tokens = comparison.Add("tokens and mask", new GraphBuilder().Input("tokens", DataType.Int64, 1, 5).Input("mask", DataType.Bool, 1, 5).Output("y")
            .Random("w", 5, 4).Node("Cast", "tokens", "t", ("to", 1)).Node("Cast", "mask", "m", ("to", 1)).Node("Mul", "t m", "p").Node("MatMul", "p w", "y").Bytes)!;
        Assert.StartsWith("[Input(\"tokens\", 5, Type = InputType.Int32)]\n[Input(\"mask\", 5, Type = InputType.Byte)]\n", Attributes(tokens), StringComparison.Ordinal);
        Assert.Equal([OnnxElementType.Int64, OnnxElementType.Boolean], tokens.Inputs.Select(i => i.Type));
        ImportedNetwork picture = comparison.Add("picture", new GraphBuilder().Input("x", DataType.Uint8, 1, 4, 4, 3).Output("y")
            .Node("Transpose", "x", "t", ("perm", new long[] { 0, 3, 1, 2 })).Node("Cast", "t", "y", ("to", 1)).Bytes)!;
        Assert.Contains("Type = InputType.Byte)]", Attributes(picture), StringComparison.Ordinal);
        comparison.Add("integers beyond", new GraphBuilder().Input("x", DataType.Uint32, 1, 4).Input("z", DataType.Int8, 1, 4).Output("y")
            .Node("Cast", "x", "a", ("to", 1)).Node("Cast", "z", "b", ("to", 1)).Node("Add", "a b", "y").Bytes);
        comparison.Run();
    }

    /// <summary>A block takes what its use names, and layers beside it take the same.</summary>
    [Fact]
    public void InputsLeadIntoBlocksAndPastThem()
    {
        GraphBuilder graph = new GraphBuilder().Input("left", 1, 4, 8, 8).Input("right", 1, 4, 8, 8);
        string Block(string name, string from)
        {
            graph.Random($"{name}.a.weight", 4, 4, 3, 3).Random($"{name}.b.weight", 4, 4, 3, 3)
                .Node("Conv", $"{from} {name}.a.weight", name + "1", ("pads", new long[] { 1, 1, 1, 1 })).Node("Relu", name + "1", name + "2")
                .Node("Conv", $"{name}2 {name}.b.weight", name + "3", ("pads", new long[] { 1, 1, 1, 1 })).Node("Add", $"{name}3 {from}", name + "4").Node("Relu", name + "4", name + "5");
            return name + "5";
        }

        string last = Block("l3", Block("l2", Block("l1", "right")));
        string other = Block("l6", Block("l5", Block("l4", "left")));
        graph.Node("Add", $"{last} {other}", "s").Node("Sub", "s right", "d").Node("Mul", "d left", "y").Output("y");
        var comparison = new ModelComparison();
        ImportedNetwork network = comparison.Add("blocks", graph.Bytes)!;
        string code = Attributes(network);
        Assert.Contains("[Use<", code, StringComparison.Ordinal);
        Assert.Contains("From = \"left\"", code, StringComparison.Ordinal);
        Assert.DoesNotContain("From = \"right\"", code, StringComparison.Ordinal);
        comparison.Run();
    }

    [Theory]
    [InlineData("input", "x", "input", "x")]
    [InlineData("conv1", "x", "conv1_input", "x")]
    [InlineData("relu1", "fc1", "relu1", "fc1_input")]
    [InlineData("a b", "a/b", "a_b", "a_b_input")]
    [InlineData("x/y:0", "/", "x_y", "input")]
    [InlineData(":0", "::", "input", "input_2")]
    [InlineData("bild.ü", "..", "bild._", "input")]
    [InlineData("past.0.key", "past.0", "past.0.key", "past_0_input")]
    [InlineData("1", "class", "1", "class")]
    [InlineData("conv1.a", "block1", "conv1_a_input", "block1")]
    public void InputsGetNamesOfTheirOwn(string first, string second, string firstName, string secondName)
    {
        string One(string name) => name.Replace(' ', '?');
        GraphBuilder graph = new GraphBuilder().Input(One(first), 1, 3, 8, 8).Input(One(second), 1, 3, 8, 8).Output("y").Random("conv1.weight", 4, 3, 3, 3).Random("fc1.weight", 4, 5)
            .Node("Add", $"{One(first)} {One(second)}", "s").Node("Conv", "s conv1.weight", "c").Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "p")
            .Node("Flatten", "p", "f").Node("Gemm", "f fc1.weight", "y");
        foreach (NodeProto node in graph.Model.Graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i].Replace('?', ' ');
            }
        }

        foreach (ValueInfoProto input in graph.Model.Graph.Input)
        {
            input.Name = input.Name.Replace('?', ' ');
        }

        var comparison = new ModelComparison();
        ImportedNetwork network = comparison.Add(first, graph.Bytes)!;
        Assert.Equal([first, second], network.Inputs.Select(i => i.Name));
        Assert.Equal([firstName, secondName], network.Inputs.Select(i => i.NetworkName));
        comparison.Run();
    }

    [Fact]
    public void ABatchIsThatOfAllInputs()
    {
        var comparison = new ModelComparison();
        GraphBuilder Two(long first, long second) => new GraphBuilder().Input("a", first, 4).Input("b", second, 3).Output("y").Random("w", 7, 2);
        ImportedNetwork three = comparison.Add("of three", Two(3, 3).Node("Concat", "a b", "c", ("axis", 1)).Node("MatMul", "c w", "y").Bytes, batch: 3)!;
        Assert.Equal([4, 3], three.Inputs.Select(i => i.Shape.Length));
        comparison.Add("images", new GraphBuilder().Input("a", 2, 3, 4, 4).Input("b", 2, 3, 4, 4).Output("y").Node("Sub", "a b", "y").Bytes, batch: 2);

        // Inputs that disagree have no batch.
        GraphBuilder rows = new GraphBuilder().Input("a", 3, 4).Input("b", 1, 4).Output("y").Node("Sub", "a b", "y");
        Assert.Equal([12, 4], comparison.Add("rows", rows.Bytes, batch: 1)!.Inputs.Select(i => i.Shape.Length));

        // The name of a dimension is one length everywhere.
        GraphBuilder open = new GraphBuilder().Input("x", -1, 4).Input("state", 2, -1, 4).Output("y").List("axes", 0).Node("Unsqueeze", "x axes", "u").Node("Add", "u state", "y");
        open.Model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam = "batch_size";
        open.Model.Graph.Input[1].Type.TensorType.Shape.Dim[1].DimParam = "batch_size";
        Assert.Equal([2, 1, 4], comparison.Add("open", open.Bytes, batch: 1)!.Inputs[1].Dimensions);
        open.Model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam = "n1";
        open.Model.Graph.Input[1].Type.TensorType.Shape.Dim[1].DimParam = "n1";
        Assert.Contains("--input-shape, for example state=2,1,4.", Fails(open, new OnnxImportOptions()), StringComparison.Ordinal);
        var options = new OnnxImportOptions();
        options.AddInputShape("x", 3, 4);
        Assert.Equal([2, 3, 4], OnnxImporter.Import(open.Bytes, options).Inputs[1].Dimensions);
        comparison.Run();
    }

    /// <summary>Of an input whose length alone is asked, the network takes nothing.</summary>
    [Fact]
    public void AnInputThatIsOnlyMeasuredIsNone()
    {
        GraphBuilder graph = new GraphBuilder().Input("x", 1, 6).Input("like", 2, 3).Output("y").Node("Shape", "like", "s").Node("Reshape", "x s", "y");
        var comparison = new ModelComparison();
        ImportedNetwork network = comparison.Add("measured", graph.Bytes)!;
        Assert.Equal("x", Assert.Single(network.Inputs).Name);
        Assert.StartsWith("[Input(6)]\n", Attributes(network), StringComparison.Ordinal);
        comparison.Run();
    }

    [Fact]
    public void OptionsThatContradictTheModelOrThemselvesSaySo()
    {
        GraphBuilder graph = new GraphBuilder().Input("a", 1, -1).Input("b", 1, 4).Input("c", DataType.String, 1).Input("d", 1, 4).Output("y").Output("z").Node("Add", "a b", "y").Node("Add", "d d", "z");
        var outputs = new[] { "y" };
        Says("The input 'a' has the shape [1, ?], with dimensions left open. Give it with --input-shape, for example a=1,1.", new OnnxImportOptions { Outputs = outputs });
        Says("--input-shape a=1,4", new OnnxImportOptions { Outputs = outputs, InputShape = [1, 4] });
        Says("The outputs depend on the input 'b', too.", new OnnxImportOptions { Outputs = outputs, Input = "a" });
        Says("--constant b=value", new OnnxImportOptions { Outputs = outputs, Input = "a" });
        Says("The outputs do not depend on the input 'd'.", new OnnxImportOptions { Outputs = outputs, Inputs = ["a", "b", "d"] });
        Says("The model has no input 'q'. Its inputs are 'a', 'b', 'c', 'd'.", new OnnxImportOptions { Inputs = ["q"] });
        Says("The model has no input 'q'.", With(o => o.AddInputShape("q", 1, 4)));
        Says("'b' is chosen as an input, and given a value.", With(o => o.AddConstant("b=1"), "b"));
        Says("The input 'b' is given a shape, and a value", With(o =>
        {
            o.AddConstant("b=1");
            o.AddInputShape("b", 1, 4);
        }));
        Says("The input 'b' has the shape [1, 4], which [1, 5] does not fit.", With(o =>
        {
            o.AddInputShape("a", 1, 4);
            o.AddInputShape("b", 1, 5);
        }));
        Assert.Contains("two shapes, [1, 4] and [1, 5]", Assert.Throws<OnnxException>(() => With(o =>
        {
            o.AddInputShape("a", 1, 4);
            o.AddInputShape("a", 1, 5);
        })).Message, StringComparison.Ordinal);

        // What is right beside it.
        OnnxImportOptions right = With(o => o.AddInputShape("a", 1, 4), "a", "b");
        Assert.Equal(["a", "b"], OnnxImporter.Import(graph.Bytes, right).Inputs.Select(i => i.Name));
        GraphBuilder text = new GraphBuilder().Input("a", 1, 4).Input("t", DataType.String, 1).Output("y").Node("Unknown", "a t", "y");
        Assert.Contains("'t' is no tensor of numbers", Fails(text, new OnnxImportOptions()), StringComparison.Ordinal);

        OnnxImportOptions With(Action<OnnxImportOptions> change, params string[] inputs)
        {
            var options = new OnnxImportOptions { Outputs = outputs, Inputs = inputs };
            change(options);
            return options;
        }

        void Says(string expected, OnnxImportOptions options) => Assert.Contains(expected, Fails(graph, options), StringComparison.Ordinal);
    }

    /// <summary>Two images of three channels, of which something is made, and a convolution of that.</summary>
    private static GraphBuilder Images(string operation, string inputs, string output, long channels, params (string Name, object Value)[] attributes) =>
        new GraphBuilder().Input("a", 1, 3, 6, 7).Input("b", 1, 3, 6, 7).Output("y").Random("w", 4, channels, 3, 3)
            .Node(operation, inputs, output, attributes).Node("Conv", output + " w", "y");

    /// <summary>The lines of a network's attributes.</summary>
    private static string Attributes(ImportedNetwork network) => network.ToCode("Net") is var code ? code[(code.IndexOf("[Network]\n", StringComparison.Ordinal) + 10)..] : "";

    private static string Fails(GraphBuilder graph, OnnxImportOptions options)
    {
        string message = Assert.Throws<OnnxException>(() => OnnxImporter.Import(graph.Bytes, options)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
