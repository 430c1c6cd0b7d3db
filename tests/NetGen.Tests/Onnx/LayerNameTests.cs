using System;
using System.Linq;
using Google.Protobuf;
using NetGen.Onnx;
using NetGen.Onnx.Protos;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Layers are called as their model's author called them, whatever the exporter made of it, and no two of them alike.</summary>
public sealed class LayerNameTests
{
    /// <summary>Parts of the path of a module, of which PyTorch's exporter repeats all from the last that is no number.</summary>
    [Theory]
    [InlineData("/conv1/Conv", "conv1")]
    [InlineData("/layer1/layer1.0/conv1/Conv", "layer1.0.conv1")]
    [InlineData("/features/features.1/conv/conv.0/conv.0.0/Conv", "features.1.conv.0.0")]
    [InlineData("/features/features.1/features.1.0/block/block.1/fc1/Conv", "features.1.0.block.1.fc1")]
    [InlineData("/features/denseblock1/denselayer10/conv2/Conv", "features.denseblock1.denselayer10.conv2")]
    [InlineData("/encoder/layer.0/attention/self/query/Conv", "encoder.layer.0.attention.self.query")]
    [InlineData("/layers.0/layers.0/conv/Conv", "layers.0.layers.0.conv")]
    [InlineData("/conv/conv/Conv", "conv.conv")]
    [InlineData("/features/features.1/features.10/Conv", "features.1.features.10")]
    [InlineData("/head/conv_1/Conv", "head.conv_1")]
    [InlineData("/0/0.1/Conv", "0.1")]
    [InlineData("model/conv2d_3/Conv2D", "conv2d_3")]
    [InlineData("StatefulPartitionedCall/resnet50/conv2_block1_1_conv/BiasAdd", "conv2_block1_1_conv")]
    [InlineData("model/block_1_depthwise/depthwise", "block_1_depthwise")]
    [InlineData("inception_3a/1x1", "1x1")]
    [InlineData("res2a_branch2a", "res2a_branch2a")]
    [InlineData("Ünï cödé:0", "_n__c_d__0")]
    [InlineData("Conv_17", "conv1")]
    [InlineData("17", "conv1")]
    [InlineData("", "conv1")]
    [InlineData("node_conv2d_4", "conv1")]
    [InlineData("p2o.Conv.3", "conv1")]
    [InlineData("input", "conv1")]
    [InlineData("///", "conv1")]
    public void AConvolutionIsCalledByItsNode(string node, string expected)
    {
        var model = new SmallModel(1, 3, 8, 8);
        model.Node(node, "Conv", ["x", model.Tensor("onnx::Conv_12", 4, 3, 1, 1)]);
        Assert.Equal(expected + ".weight", Assert.Single(SmallModel.Import(model.Build(1, 4, 8, 8)).Weights.Tensors).Name);
    }

    [Theory]
    [InlineData("backbone.conv1.weight", "Conv_4", "backbone.conv1")]
    [InlineData("backbone.conv1.weight", "/backbone/conv1/Conv", "backbone.conv1")]
    [InlineData("weight", "/backbone/conv1/Conv", "backbone.conv1")]
    [InlineData("conv2d_7.w_0", "Conv_4", "conv2d_7")]
    [InlineData("conv2d_7.w_0", "p2o.Conv.4", "conv2d_7")]
    public void AConvolutionIsCalledByItsTensor(string tensor, string node, string expected)
    {
        var model = new SmallModel(1, 3, 8, 8);
        model.Node(node, "Conv", ["x", model.Tensor(tensor, 4, 3, 1, 1)]);
        Assert.Equal(expected + ".weight", Assert.Single(SmallModel.Import(model.Build(1, 4, 8, 8)).Weights.Tensors).Name);
    }

    /// <summary>Equal tensors are kept once, under the name of one of their modules; shared ones belong to two.</summary>
    [Fact]
    public void AModuleIsNotCalledByTheTensorOfAnother()
    {
        var model = new SmallModel(1, 3, 8, 8);
        string shared = model.Tensor("second.weight", 3, 3, 1, 1);
        string x = model.Node("/first/Conv", "Conv", ["x", shared]);
        x = model.Node("/second/Conv", "Conv", [x, shared]);
        model.Node("/second_1/Conv", "Conv", [x, shared]);
        Assert.Equal(["first.weight", "second.weight", "second_1.weight"], SmallModel.Import(model.Build(1, 3, 8, 8)).Weights.Tensors.Select(t => t.Name));
    }

    [Fact]
    public void AnIdentityGivesATensorItsOwnName()
    {
        var model = new SmallModel(1, 3, 8, 8);
        string kept = model.Tensor("first.weight", 3, 3, 1, 1);
        string second = model.Node("Identity_0", "Identity", [kept]);
        byte[] bytes = Renamed(model, second, "second.weight", m =>
        {
            string x = m.Node("Conv_1", "Conv", ["x", kept]);
            m.Node("Conv_2", "Conv", [x, "second.weight"]);
        });
        Assert.Equal(["first.weight", "second.weight"], SmallModel.Import(bytes).Weights.Tensors.Select(t => t.Name));
    }

    /// <summary>A name says where a layer is, where others refer to it; the others need none.</summary>
    [Fact]
    public void ReferencesSayWhere()
    {
        var model = new SmallModel(1, 3, 8, 8);
        string a = model.Node("/stem/relu/Relu", "Relu", [model.Node("/stem/conv/Conv", "Conv", ["x", model.Tensor("stem.conv.weight", 4, 3, 1, 1)])]);
        string b = model.Node("/body/relu/Relu", "Relu", [model.Node("/body/conv/Conv", "Conv", [a, model.Tensor("body.conv.weight", 4, 4, 1, 1)])]);
        string c = model.Node("/body/Add", "Add", [model.Node("/body/gate/Sigmoid", "Sigmoid", [b]), a]);
        string d = model.Node("/body/relu_1/Relu", "Relu", [model.Node("/body/last/Conv", "Conv", [c, model.Tensor("body.last.weight", 4, 4, 1, 1)])]);
        model.Node("/Mul", "Mul", [d, c]);
        Assert.Equal("""
            using NetGen;

            /// <summary>Imported from an ONNX model.</summary>
            [Network]
            [Input(3, 8, 8)]
            [Conv2D(4, 1, Bias = false, Name = "stem.conv")] [ReLU(Name = "stem.relu")]
            [Conv2D(4, 1, Bias = false, Name = "body.conv")] [ReLU] [Sigmoid]
            [Add("stem.relu", Name = "body.add")]
            [Conv2D(4, 1, Bias = false, Name = "body.last")] [ReLU]
            [Multiply("body.add")]
            public sealed partial class Net;

            """, SmallModel.Import(model.Build(1, 4, 8, 8)).ToCode("Net"));
    }

    /// <summary>Names of blocks, classes and files that would be no C#, or another's, are avoided.</summary>
    [Theory]
    [InlineData("ResidualBlock", "a & <b>.onnx", 2)]
    [InlineData("Residual", "block1", 1)]
    public void TheClassIsAlwaysValid(string className, string summary, int stem)
    {
        var model = new SmallModel(1, 4, 8, 8);
        string x = "x";
        for (int i = 0; i < 6; i++)
        {
            // Before the blocks, a layer that is called as they would be.
            string name = i == 0 && stem == 1 ? "block1" : "";
            string y = model.Node(name, "Conv", [x, model.Tensor($"{3 * i}", 4, 4, 1, 1), model.Tensor($"{(3 * i) + 1}", 4)]);
            y = model.Node("", "Relu", [y]);
            y = model.Node("", "Conv", [y, model.Tensor($"{(3 * i) + 2}", 4, 4, 1, 1)]);
            x = i == 0 ? y : model.Node("", "Add", [y, x]);
        }

        ImportedNetwork imported = SmallModel.Import(model.Build(1, 4, 8, 8));
        string code = imported.ToCode(className, "Valid." + className, summary);
        Assert.Contains("[Block]", code, StringComparison.Ordinal);
        ImportedClasses.Compile(code);
        Assert.Distinct(imported.Weights.Tensors.Select(t => t.Name));
    }

    /// <summary>Names are the same whenever a model is read.</summary>
    [Fact]
    public void NamesAreStable()
    {
        byte[] model = TorchVision.Export("ResNet18", TorchExporter.ScriptFolded).Model.ToByteArray();
        Assert.Equal(SmallModel.Import(model).ToCode("Net"), SmallModel.Import(model).ToCode("Net"));
    }

    [Fact]
    public void KerasLayersRepeatWithoutTheirCounts()
    {
        var model = new SmallModel(1, 3, 8, 8);
        string x = model.Node("model/conv1_conv/Conv2D", "Conv", ["x", model.Tensor("k0", 4, 3, 1, 1), model.Tensor("b0", 4)]);
        for (int i = 1; i < 5; i++)
        {
            string y = model.Node($"model/conv2_block{i}_1_conv/Conv2D", "Conv", [x, model.Tensor($"k{i}", 4, 4, 1, 1), model.Tensor($"b{i}", 4)]);
            y = model.Node($"model/conv2_block{i}_1_relu/Relu", "Relu", [y]);
            y = model.Node($"model/conv2_block{i}_2_conv/Conv2D", "Conv", [y, model.Tensor($"l{i}", 4, 4, 1, 1), model.Tensor($"c{i}", 4)]);
            x = model.Node($"model/conv2_block{i}_out/Relu", "Relu", [model.Node($"model/conv2_block{i}_add/add", "Add", [x, y])]);
        }

        Assert.Equal("""
            using NetGen;

            /// <summary>Repeats in conv2_block1, conv2_block2, conv2_block3 ….</summary>
            [Block]
            [Conv2D(4, 1)] [ReLU]
            [Conv2D(4, 1)]
            [Add(Block.Input, "conv2")] [ReLU]
            file sealed class ConvBlock;

            /// <summary>Imported from an ONNX model.</summary>
            [Network]
            [Input(3, 8, 8)]
            [Conv2D(4, 1, Name = "conv1_conv")]
            [Use<ConvBlock>(Name = "conv2_block1")] [Use<ConvBlock>(Name = "conv2_block2")] [Use<ConvBlock>(Name = "conv2_block3")]
            [Use<ConvBlock>(Name = "conv2_block4")]
            public sealed partial class Net;

            """, SmallModel.Import(model.Build(1, 4, 8, 8)).ToCode("Net"));
    }

    private static byte[] Renamed(SmallModel model, string value, string name, Action<SmallModel> more)
    {
        more(model);
        var proto = ModelProto.Parser.ParseFrom(model.Build(1, 3, 8, 8));
        foreach (NodeProto node in proto.Graph.Node)
        {
            for (int i = 0; i < node.Output.Count; i++)
            {
                node.Output[i] = node.Output[i] == value ? name : node.Output[i];
            }
        }

        return proto.ToByteArray();
    }
}
