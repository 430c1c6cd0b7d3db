using NetGen.Generator.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Notation;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Layers that move, repeat, drop or reduce values: their shapes, and where problems are said.</summary>
public sealed class RearrangingTests
{
    [Theory]
    [InlineData("4×6×5; Reshape channels=2 height=4 width=15", "2×4×15")]
    [InlineData("120; Reshape channels=2 height=4 width=15", "2×4×15")]
    [InlineData("4; Reshape channels=4", "4×1×1")]
    [InlineData("4×6×5; ReLU; Reshape channels=2 height=4 width=16", "NG1020 at Reshape.channels: reshape1, the product of channels, height and width, 128, 120, the values that 'relu1' gives")]
    [InlineData("4; Reshape channels=0 height=-1 width=0", "NG1011 at Reshape.channels: reshape1, channels, 0\nNG1011 at Reshape.height: reshape1, height, -1\nNG1011 at Reshape.width: reshape1, width, 0")]
    [InlineData("4; Reshape channels=65536 height=65536 width=1", "NG1016 at Reshape: reshape1, output, 65536·65536·1")]
    public void Reshape_KeepsTheNumberOfValues(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("4×6×5; Permute order=0,1,2", "4×6×5")]
    [InlineData("4×6×5; Permute order=2,0,1", "5×4×6")]
    [InlineData("4×6×5; Permute order=1,2,0", "6×5×4")]
    [InlineData("4×6×5; Permute order=1,0 axes=30,4", "120")]
    [InlineData("120; Permute order=3,2,1,0 axes=2,3,4,5", "120")]
    [InlineData("4×6×5; Permute order=0,1", "NG1020 at Permute.order[0]: permute1, the order, 0, 1, each of 0 to 2, once")]
    [InlineData("4×6×5; Permute order=0,1,1", "NG1020 at Permute.order[0]: permute1, the order, 0, 1, 1, each of 0 to 2, once")]
    [InlineData("4×6×5; Permute order=1,2,3", "NG1020 at Permute.order[0]: permute1, the order, 1, 2, 3, each of 0 to 2, once")]
    [InlineData("4×6×5; Permute order=0,1,2 axes=30,4", "NG1020 at Permute.order[0]: permute1, the order, 0, 1, 2, each of 0 to 1, once")]
    [InlineData("120; Permute order=2,0,1", "NG1017 at Permute: permute1, Permute, input, 120")]
    [InlineData("4×6×5; ReLU; Permute order=1,0 axes=30,5", "NG1020 at Permute.axes[0]: permute1, the product of the axes, 30·5, 120, the values that 'relu1' gives")]
    [InlineData("4×6×5; Permute order=1,0 axes=-30,-4", "NG1020 at Permute.axes[0]: permute1, the product of the axes, -30·-4, 120, the values that 'input' gives")]
    [InlineData("4×6×5; Permute order=1,0,2 axes=-1,-30,4", "NG1020 at Permute.axes[0]: permute1, the product of the axes, -1·-30·4, 120, the values that 'input' gives")]
    [InlineData("4×6×5; Permute order=1,0,2 axes=0,30,4", "NG1020 at Permute.axes[0]: permute1, the product of the axes, 0·30·4, 120, the values that 'input' gives")]
    [InlineData("4×6×5; Permute order=0 axes=120", "120")]
    public void Permute_OrdersEveryAxisOnce(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("4×6×5; Permute order=2,0,1", "Axes 4 6 5, Order 2 0 1")]
    [InlineData("4×6×5; Permute order=1,0 axes=30,4", "Axes 30 4, Order 1 0")]
    public void Permute_Arguments_AreAxesAndOrder(string network, string expected) => Assert.Equal(expected, Arguments(network));

    [Theory]
    [InlineData("4×6×5; Pad2D padding=1", "4×8×7", "Padding 1 1 1 1, Channels 0 0, Mode 0, Value 0")]
    [InlineData("4×6×5; Pad2D padding=9 top=0 bottom=1 left=2 right=3", "4×7×10", "Padding 0 1 2 3, Channels 0 0, Mode 0, Value 0")]
    [InlineData("4×6×5; Pad2D Front=1 Back=2 Mode=1 Value=-1.5", "7×6×5", "Padding 0 0 0 0, Channels 1 2, Mode 1, Value -1.5")]
    [InlineData("4×6×5; Pad2D top=40 Mode=3", "4×46×5", "Padding 40 0 0 0, Channels 0 0, Mode 3, Value 0")]
    [InlineData("4×6×5; Pad2D padding=0 Front=3 Back=3 top=5 bottom=5 left=4 right=4 Mode=2", "10×16×13", "Padding 5 5 4 4, Channels 3 3, Mode 2, Value 0")]
    [InlineData("1×1×1; Pad2D Mode=2", "1×1×1", "Padding 0 0 0 0, Channels 0 0, Mode 2, Value 0")]
    public void Pad_GrowsEachSide(string network, string output, string arguments)
    {
        Assert.Equal(output, Outcome(network));
        Assert.Equal(arguments, Arguments(network));
    }

    [Theory]
    [InlineData("Front=4", "Front", "4", "4")]
    [InlineData("Back=4", "Back", "4", "4")]
    [InlineData("top=6", "top", "6", "6")]
    [InlineData("bottom=7", "bottom", "7", "6")]
    [InlineData("left=5", "left", "5", "5")]
    [InlineData("right=5", "right", "5", "5")]
    public void Pad_ReflectsMoreThanThereIs_IsSaidAtTheSide(string argument, string side, string padding, string size) => Assert.Equal(
        $"NG1020 at Pad2D.{side}: pad2d1, {side}, {padding}, less than {size}, what is reflected", Outcome($"4×6×5; Pad2D {argument} Mode=2"));

    [Theory]
    [InlineData("padding")]
    [InlineData("top")]
    [InlineData("bottom")]
    [InlineData("left")]
    [InlineData("right")]
    public void Pad_IsNegative_IsSaidAtTheSide(string side)
    {
        Assert.Equal($"NG1012 at Pad2D.{side}: pad2d1, {side}, -2", Outcome($"4×6×5; Pad2D {side}=-2"));
        Assert.Equal($"NG1012 at ZeroPad2D.{side}: pad1, {side}, -2", Outcome($"4×6×5; ZeroPad2D {side}=-2"));
    }

    [Theory]
    [InlineData("4×6×5; Pad2D Front=-1", "NG1012 at Pad2D.Front: pad2d1, Front, -1")]
    [InlineData("4×6×5; Pad2D Back=-1", "NG1012 at Pad2D.Back: pad2d1, Back, -1")]
    [InlineData("4×6×5; Pad2D Mode=4", "NG1020 at Pad2D.Mode: pad2d1, Mode, 4, one of its enumeration's values")]
    [InlineData("120; Pad2D padding=1", "NG1017 at Pad2D: pad2d1, Pad2D, input, 120")]
    [InlineData("120; ZeroPad2D padding=1", "NG1017 at ZeroPad2D: pad1, ZeroPad2D, input, 120")]
    [InlineData("1×1×1; Pad2D Front=9999 Back=10000 top=19999 bottom=10000 left=19999 right=10000", "NG1016 at Pad2D: pad2d1, output, 20000·30000·30000")]
    [InlineData("1×1×1; ZeroPad2D top=29999 bottom=10000 left=39999 right=20000", "NG1016 at ZeroPad2D: pad1, output, 1·40000·60000")]
    [InlineData("1×1×1; ZeroPad2D top=2147483647 bottom=2147483647", "NG1016 at ZeroPad2D: pad1, output, 1·4294967295·1")]
    [InlineData("4×6×5; ZeroPad2D padding=1", "4×8×7")]
    [InlineData("4×6×5; ZeroPad2D padding=5 top=0 bottom=0 left=0 right=0", "4×6×5")]
    public void Pad_Limits(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Fact]
    public void ZeroPad_Arguments_AreTopBottomLeftRight() => Assert.Equal("Padding 3 4 1 2", Arguments("4×6×5; ZeroPad2D left=1 right=2 top=3 bottom=4"));

    [Theory]
    [InlineData("9×8×7; StridedSlice channels=4 height=3 width=2 ChannelStart=1 RowStart=2 ColumnStart=6 ChannelStep=2 RowStep=2 ColumnStep=-3", "4×3×2")]
    [InlineData("9×8×7; StridedSlice channels=9 height=8 width=7", "9×8×7")]
    [InlineData("9×8×7; StridedSlice channels=9 ChannelStart=8 ChannelStep=-1", "9×1×1")]
    [InlineData("9; StridedSlice features=3 ChannelStart=2 ChannelStep=3", "3")]
    [InlineData("9×8×7; StridedSlice channels=3 ChannelStep=0", "3×1×1")]
    [InlineData("9×8×7; StridedSlice channels=5 ChannelStart=1 ChannelStep=2", "NG1020 at StridedSlice.ChannelStart: stridedslice1, the last channel, 9, from 0 to 8")]
    [InlineData("9×8×7; StridedSlice height=2 RowStart=8 RowStep=-1", "NG1020 at StridedSlice.RowStart: stridedslice1, the last row, 8, from 0 to 7")]
    [InlineData("9×8×7; StridedSlice height=2 RowStart=2 RowStep=-3", "NG1020 at StridedSlice.RowStart: stridedslice1, the last row, -1, from 0 to 7")]
    [InlineData("9×8×7; StridedSlice width=8", "NG1020 at StridedSlice: stridedslice1, the last column, 7, from 0 to 6")]
    [InlineData("9×8×7; StridedSlice width=2147483647 ColumnStep=2147483647 ColumnStart=1", "NG1020 at StridedSlice.ColumnStart: stridedslice1, the last column, 4611686011984936963, from 0 to 6")]
    [InlineData("9; StridedSlice features=5 ChannelStart=5", "NG1020 at StridedSlice.ChannelStart: stridedslice1, the last channel, 9, from 0 to 8")]
    [InlineData("9×8×7; StridedSlice features=5", "NG1015 at StridedSlice: stridedslice1, input, 9×8×7")]
    [InlineData("9; StridedSlice channels=5", "NG1017 at StridedSlice: stridedslice1, StridedSlice, input, 9")]
    [InlineData("9×8×7; StridedSlice channels=5 RowStart=-1", "NG1012 at StridedSlice.RowStart: stridedslice1, RowStart, -1")]
    [InlineData("9×8×7; StridedSlice channels=0 height=0 width=0", "NG1011 at StridedSlice.channels: stridedslice1, channels, 0\nNG1011 at StridedSlice.height: stridedslice1, height, 0\nNG1011 at StridedSlice.width: stridedslice1, width, 0")]
    [InlineData("9; StridedSlice features=0", "NG1011 at StridedSlice.features: stridedslice1, features, 0")]
    [InlineData("9×8×7; StridedSlice channels=65536 height=65536 ChannelStep=0 RowStep=0", "NG1016 at StridedSlice: stridedslice1, output, 65536·65536·1")]
    public void StridedSlice_StaysWithinEachAxis(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Fact]
    public void StridedSlice_Arguments_AreStartsAndSteps() => Assert.Equal(
        "Start 1 2 3, Step 1 2 -1",
        Arguments("9×8×7; StridedSlice channels=4 height=3 width=2 ChannelStart=1 RowStart=2 ColumnStart=3 RowStep=2 ColumnStep=-1"));

    [Theory]
    [InlineData("2×3×4; Tile channels=5 height=6 width=7", "10×18×28")]
    [InlineData("2×3×4; Tile", "2×3×4")]
    [InlineData("3; Tile features=4", "12")]
    [InlineData("2×3×4; ReLU; Tile features=4", "NG1015 at Tile: tile1, relu1, 2×3×4")]
    [InlineData("3; Tile channels=4", "NG1017 at Tile: tile1, Tile, input, 3")]
    [InlineData("3; Tile features=0", "NG1011 at Tile.features: tile1, features, 0")]
    [InlineData("2×3×4; Tile channels=0 height=-1 width=0", "NG1011 at Tile.channels: tile1, channels, 0\nNG1011 at Tile.height: tile1, height, -1\nNG1011 at Tile.width: tile1, width, 0")]
    [InlineData("2×3×4; Tile channels=5000 height=6000 width=7000", "NG1016 at Tile: tile1, output, 2·5000·3·6000·4·7000")]
    public void Tile_Multiplies(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("2×3×4; Resize2D height=6 width=2", "2×6×2", "Mode 0, Coordinates 0, Rounding 0, Scale 2 0.5, Crop 0 1 0 1, Value 0, CubicCoefficient -0.75, ExcludeOutside 0")]
    [InlineData(
        "2×3×4; Resize2D height=6 width=2 Mode=2 Coordinates=5 Rounding=3 ScaleHeight=2.25 ScaleWidth=0.7 CropTop=0.1 CropBottom=0.2 CropLeft=0.3 CropRight=0.4 Value=-7.5 CubicCoefficient=-0.5 ExcludeOutside=true",
        "2×6×2",
        "Mode 2, Coordinates 5, Rounding 3, Scale 2.25 0.7, Crop 0.1 0.2 0.3 0.4, Value -7.5, CubicCoefficient -0.5, ExcludeOutside 1")]
    [InlineData("2×3×4; Resize2D height=6 width=2 ScaleHeight=0.0 ScaleWidth=0.0", "2×6×2", "Mode 0, Coordinates 0, Rounding 0, Scale 2 0.5, Crop 0 1 0 1, Value 0, CubicCoefficient -0.75, ExcludeOutside 0")]
    public void Resize_Scale_IsTheQuotientWhereNoneIsGiven(string network, string output, string arguments)
    {
        Assert.Equal(output, Outcome(network));
        Assert.Equal(arguments, Arguments(network));
    }

    [Theory]
    [InlineData("2×3×4; Resize2D height=0", "NG1011 at Resize2D.height: resize1, height, 0")]
    [InlineData("2×3×4; Resize2D width=0", "NG1011 at Resize2D.width: resize1, width, 0")]
    [InlineData("2×3×4; Resize2D Mode=3", "NG1020 at Resize2D.Mode: resize1, Mode, 3, one of its enumeration's values")]
    [InlineData("2×3×4; Resize2D Coordinates=6", "NG1020 at Resize2D.Coordinates: resize1, Coordinates, 6, one of its enumeration's values")]
    [InlineData("2×3×4; Resize2D Rounding=4", "NG1020 at Resize2D.Rounding: resize1, Rounding, 4, one of its enumeration's values")]
    [InlineData("2×3×4; Resize2D ScaleHeight=-0.5", "NG1020 at Resize2D.ScaleHeight: resize1, ScaleHeight, -0.5, at least 0")]
    [InlineData("2×3×4; Resize2D ScaleWidth=-0.5", "NG1020 at Resize2D.ScaleWidth: resize1, ScaleWidth, -0.5, at least 0")]
    [InlineData("2×3×4; Resize2D CropTop=NaN", "NG1020 at Resize2D.CropTop: resize1, CropTop, NaN, a finite number")]
    [InlineData("2×3×4; Resize2D CropRight=Infinity", "NG1020 at Resize2D.CropRight: resize1, CropRight, Infinity, a finite number")]
    [InlineData("2×3×4; Resize2D Value=Infinity", "2×1×1")]
    [InlineData("24; Resize2D height=2", "NG1017 at Resize2D: resize1, Resize2D, input, 24")]
    [InlineData("2×3×4; Resize2D height=50000 width=60000", "NG1016 at Resize2D: resize1, output, 2·50000·60000")]
    public void Resize_Wrong_IsSaidAtItsArgument(string network, string expected) => Assert.Equal(expected, Outcome(network));

    /// <summary>1 is the channels, 2 the height, 4 the width.</summary>
    [Theory]
    [InlineData(1, "1×3×4")]
    [InlineData(2, "2×1×4")]
    [InlineData(4, "2×3×1")]
    [InlineData(3, "1×1×4")]
    [InlineData(5, "1×3×1")]
    [InlineData(6, "2×1×1")]
    [InlineData(7, "1×1×1")]
    public void Reduce_AxesThatBecomeOneValue_KeepASideOfOne(int axes, string output) => Assert.Equal(output, Outcome($"2×3×4; Reduce axes={axes}"));

    [Theory]
    [InlineData("2×3×4; Reduce", "1×1×1")]
    [InlineData("24; Reduce reduction=4", "1")]
    [InlineData("24; Reduce axes=6", "24")]
    [InlineData("2×3×4; Reduce axes=0", "NG1020 at Reduce.axes: reduce1, axes, 0, a combination of axes")]
    [InlineData("2×3×4; Reduce axes=8", "NG1020 at Reduce.axes: reduce1, axes, 8, a combination of axes")]
    [InlineData("2×3×4; Reduce axes=9", "NG1020 at Reduce.axes: reduce1, axes, 9, a combination of axes")]
    [InlineData("2×3×4; Reduce reduction=5", "NG1020 at Reduce.reduction: reduce1, reduction, 5, one of its enumeration's values")]
    public void Reduce_Limits(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Fact]
    public void Reduce_Arguments_AreReductionAndAxes() => Assert.Equal("Reduction 2, Axes 5", Arguments("2×3×4; Reduce reduction=2 axes=5"));

    [Theory]
    [InlineData("2×3×4; Upsample2D scale=2", "2×6×8", "Scale 2 2, Bilinear 0, AlignCorners 0")]
    [InlineData("2×3×4; Upsample2D scale=2 scaleHeight=3", "2×9×8", "Scale 3 2, Bilinear 0, AlignCorners 0")]
    [InlineData("2×3×4; Upsample2D scaleHeight=3 scaleWidth=5 Mode=1", "2×9×20", "Scale 3 5, Bilinear 1, AlignCorners 0")]
    [InlineData("2×3×4; Upsample2D scale=2 Mode=1 AlignCorners=true", "2×6×8", "Scale 2 2, Bilinear 1, AlignCorners 1")]
    [InlineData("2×3×4; Upsample2D scale=2 AlignCorners=true", "2×6×8", "Scale 2 2, Bilinear 0, AlignCorners 0")]
    public void Upsample_MultipliesHeightAndWidth(string network, string output, string arguments)
    {
        Assert.Equal(output, Outcome(network));
        Assert.Equal(arguments, Arguments(network));
    }

    [Theory]
    [InlineData("2×3×4; Upsample2D scale=0", "NG1011 at Upsample2D.scale: upsample1, scale, 0")]
    [InlineData("2×3×4; Upsample2D scaleHeight=0", "NG1011 at Upsample2D.scaleHeight: upsample1, scaleHeight, 0")]
    [InlineData("2×3×4; Upsample2D scaleWidth=0", "NG1011 at Upsample2D.scaleWidth: upsample1, scaleWidth, 0")]
    [InlineData("2×3×4; Upsample2D scale=2 Mode=2", "NG1020 at Upsample2D.Mode: upsample1, Mode, 2, one of its enumeration's values")]
    [InlineData("24; Upsample2D scale=2", "NG1017 at Upsample2D: upsample1, Upsample2D, input, 24")]
    [InlineData("2×3×4; Upsample2D scaleHeight=10000 scaleWidth=20000", "NG1016 at Upsample2D: upsample1, output, 2·3·10000·4·20000")]
    [InlineData("6×3×4; ChannelShuffle groups=3", "6×3×4")]
    [InlineData("6×3×4; ReLU; ChannelShuffle groups=4", "NG1040 at ChannelShuffle.groups: shuffle1, 4, 6, relu1")]
    [InlineData("6×3×4; ChannelShuffle groups=0", "NG1011 at ChannelShuffle.groups: shuffle1, groups, 0")]
    [InlineData("6; ChannelShuffle groups=2", "NG1017 at ChannelShuffle: shuffle1, ChannelShuffle, input, 6")]
    [InlineData("18×3×4; PixelShuffle factor=3", "2×9×12")]
    [InlineData("6×3×4; ReLU; PixelShuffle factor=2", "NG1040 at PixelShuffle.factor: pixelshuffle1, 2·2, 6, relu1")]
    [InlineData("6×3×4; PixelShuffle factor=3", "NG1040 at PixelShuffle.factor: pixelshuffle1, 3·3, 6, input")]
    [InlineData("6×3×4; PixelShuffle factor=65536", "NG1040 at PixelShuffle.factor: pixelshuffle1, 65536·65536, 6, input")]
    [InlineData("6×3×4; PixelShuffle factor=0", "NG1011 at PixelShuffle.factor: pixelshuffle1, factor, 0")]
    [InlineData("6; PixelShuffle factor=1", "NG1017 at PixelShuffle: pixelshuffle1, PixelShuffle, input, 6")]
    [InlineData("4×3×4; Flatten", "48")]
    [InlineData("4; Flatten", "4")]
    [InlineData("4; Dropout", "4")]
    [InlineData("4; Dropout probability=0.0", "4")]
    [InlineData("4; Dropout probability=1.0", "4")]
    [InlineData("4; Dropout probability=1.5", "NG1020 at Dropout.probability: dropout1, probability, 1.5, from 0 to 1")]
    [InlineData("4; Dropout probability=-0.5", "NG1020 at Dropout.probability: dropout1, probability, -0.5, from 0 to 1")]
    [InlineData("4×3×4; Identity", "4×3×4")]
    [InlineData("4×3×4; Identity; MaxPool2D kernel=9", "NG1013 at MaxPool2D.kernel: maxpool1, height, 9, 3, 0, identity1")]
    public void Resampling_Limits(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("6×3×4; ChannelShuffle groups=3", "Groups 3")]
    [InlineData("18×3×4; PixelShuffle factor=3", "Factor 3")]
    [InlineData("4; Dropout probability=0.5", "")]
    public void Shuffles_Argument_IsTheNumberGiven(string network, string expected) => Assert.Equal(expected, Arguments(network));

    /// <summary>The problem above is not said again.</summary>
    [Theory]
    [InlineData("Reshape")]
    [InlineData("Permute order=0,1,2")]
    [InlineData("Permute order=1,0 axes=3,5")]
    [InlineData("Identity")]
    [InlineData("Pad2D padding=100 Mode=2")]
    [InlineData("ZeroPad2D")]
    [InlineData("StridedSlice channels=9")]
    [InlineData("StridedSlice features=9")]
    [InlineData("Tile channels=2147483647")]
    [InlineData("Tile features=9")]
    [InlineData("Resize2D")]
    [InlineData("Reduce")]
    [InlineData("Upsample2D")]
    [InlineData("ChannelShuffle groups=5")]
    [InlineData("PixelShuffle factor=5")]
    [InlineData("Flatten")]
    [InlineData("Dropout")]
    [InlineData("Slice count=9")]
    [InlineData("Elementwise channels=9")]
    [InlineData("Dense units=9 InFeatures=7")]
    [InlineData("BatchNorm2D InChannels=7")]
    [InlineData("LocalResponseNorm size=3")]
    [InlineData("Softmax")]
    [InlineData("GroupNorm groups=7")]
    [InlineData("InstanceNorm2D")]
    [InlineData("LayerNorm")]
    [InlineData("ReLU")]
    [InlineData("PReLU")]
    [InlineData("GlobalAvgPool2D")]
    public void Layer_InputIsUnknown_SaysNothing(string layer) =>
        Assert.Equal("NG1011 at Conv2D.filters: conv1, filters, 0", Outcome($"6×7×8; Conv2D filters=0; {layer}"));
}
