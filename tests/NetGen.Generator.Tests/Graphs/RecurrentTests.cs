using NetGen.Generator.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Notation;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>The rules of recurrent layers: shapes, tensors, counts, and where problems are said.</summary>
public sealed class RecurrentTests
{
    [Theory]
    [InlineData("3×1×7; GRU hidden=5", "5×1×7")]
    [InlineData("3; GRU hidden=5", "5")]
    [InlineData("3×1×1; RNN hidden=5", "5×1×1")]
    [InlineData("3×1×7; LSTM hidden=5 Layers=3", "5×1×7")]
    [InlineData("3×1×7; LSTM hidden=5 Bidirectional=true", "10×1×7")]
    [InlineData("3×1×7; LSTM hidden=5 CellState=true", "10×1×7")]
    [InlineData("3×1×7; LSTM hidden=5 CellState=true Bidirectional=true", "20×1×7")]
    [InlineData("5; Dense units=5 Name=h; GRU hidden=5 InitialState=h From=input", "5")]
    [InlineData("5×1×1; Sigmoid Name=h; LSTM hidden=5 InitialState=h InitialCell=input", "5×1×1")]
    public void Layer_ThatFits_GivesTheStates(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("3×2×7; GRU hidden=5", "NG1075 at GRU: gru1, GRU, input, 3×2×7")]
    [InlineData("3; GRU hidden=0", "NG1011 at GRU.hidden: gru1, hidden, 0")]
    [InlineData("3; RNN hidden=4 Layers=0", "NG1011 at RNN.Layers: rnn1, Layers, 0")]
    [InlineData("3; RNN hidden=4 Layers=65", "NG1020 at RNN.Layers: rnn1, Layers, 65, from 1 to 64")]
    [InlineData("3; RNN hidden=4 Nonlinearity=2", "NG1020 at RNN.Nonlinearity: rnn1, Nonlinearity, 2, one of its enumeration's values")]
    [InlineData("3; LSTM hidden=4 Bidirectional=true Reverse=true", "NG1020 at LSTM.Reverse: lstm1, Reverse, true, false where Bidirectional is true")]
    [InlineData("3; LSTM hidden=4 Layers=2 CellState=true", "NG1020 at LSTM.CellState: lstm1, CellState, true, false where Layers is 2")]
    [InlineData("4; GRU hidden=4 Layers=2 InitialState=input", "NG1020 at GRU.InitialState: gru1, InitialState, given, left out where Layers is 2")]
    [InlineData("4; LSTM hidden=4 Bidirectional=true InitialCell=input", "NG1020 at LSTM.InitialCell: lstm1, InitialCell, given, left out where Bidirectional is true")]
    [InlineData("3; GRU hidden=4 InitialState=input", "NG1020 at GRU.InitialState: gru1, InitialState, 'input', which gives 3, of 4 or 4×1×1")]
    [InlineData("4×1×2; GRU hidden=4 InitialState=input", "NG1020 at GRU.InitialState: gru1, InitialState, 'input', which gives 4×1×2, of 4 or 4×1×1")]
    [InlineData("4; LSTM hidden=4 InitialState=input InitialCell=fc1; Dense units=4", "NG1028 at LSTM.InitialCell: lstm1, fc1")]
    [InlineData("4; GRU hidden=4 InitialState=h", "NG1027 at GRU.InitialState: gru1, h")]
    [InlineData("4; GRU hidden=100000", "NG1016 at GRU: gru1, weights, 300000·100000")]
    public void Layer_ThatDoesNotFit_IsReportedAtTheArgument(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("3; RNN hidden=2", "weight_ih_l0 2×3 uniform of 2, weight_hh_l0 2×2 uniform of 2, bias_ih_l0 2 uniform of 2, bias_hh_l0 2 uniform of 2")]
    [InlineData("3; GRU hidden=2 Bias=false", "weight_ih_l0 6×3 uniform of 2, weight_hh_l0 6×2 uniform of 2")]
    [InlineData(
        "3; LSTM hidden=2 Layers=2 Bidirectional=true Bias=false",
        "weight_ih_l0 8×3 uniform of 2, weight_hh_l0 8×2 uniform of 2, weight_ih_l0_reverse 8×3 uniform of 2, weight_hh_l0_reverse 8×2 uniform of 2, "
        + "weight_ih_l1 8×4 uniform of 2, weight_hh_l1 8×2 uniform of 2, weight_ih_l1_reverse 8×4 uniform of 2, weight_hh_l1_reverse 8×2 uniform of 2")]
    public void Layer_Tensors_AreThoseOfPyTorchsStateDict(string network, string expected) => Assert.Equal(expected, Tensors(network));

    [Theory]
    [InlineData("3; RNN hidden=2", "Hidden 2, Layers 1, Bidirectional 0, Reverse 0, Bias 1, Nonlinearity 0, InitialState 0, InitialCell 0")]
    [InlineData("3; GRU hidden=2 ResetAfter=false Reverse=true", "Hidden 2, Layers 1, Bidirectional 0, Reverse 1, Bias 1, ResetAfter 0, InitialState 0, InitialCell 0")]
    [InlineData("2; LSTM hidden=2 CellState=true InitialCell=input", "Hidden 2, Layers 1, Bidirectional 0, Reverse 0, Bias 1, CellState 1, InitialState 0, InitialCell 1")]
    public void Layer_Arguments_AreThoseOfThePlan(string network, string expected) => Assert.Equal(expected, Arguments(network));

    [Fact]
    public void Layer_Counts_AreThoseOfAllSteps()
    {
        Layer layer = Last("3×1×7; GRU hidden=5 Bidirectional=true");
        Assert.Equal(2 * ((15 * 3) + (15 * 5) + 15 + 15), layer.ParameterCount);
        Assert.Equal(7 * 2 * ((15 * 3) + (15 * 5)), layer.MultiplyAddCount);
        Assert.Equal("15·3 + 15·5 + 15 + 15 + 15·3 + 15·5 + 15 + 15", layer.ParameterFormula);
    }
}
