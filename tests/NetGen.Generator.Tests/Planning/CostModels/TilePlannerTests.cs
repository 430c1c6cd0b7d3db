using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Planning.CostModels;

/// <summary>Tiles: what fits in registers, and what is chosen in known cases.</summary>
public sealed class TilePlannerTests
{
    private static IEnumerable<Tier> Tiers => [Tier.Vector512, Tier.Vector256, Tier.Vector128, Tier.Observed];

    [Fact]
    public void Shares_OfALength_AreTwoSizesAtMostTheLargerFirst()
    {
        Assert.Equal([new TileShare(4, 1), new TileShare(3, 2)], TilePlanner.Shares(10, 3));
        Assert.Equal([new TileShare(3, 3)], TilePlanner.Shares(9, 3));
        Assert.Equal([new TileShare(4, 1), new TileShare(3, 2)], TilePlanner.Widths(10, 4));
        Assert.Equal([new TileShare(4, 2)], TilePlanner.Widths(8, 4));
        Assert.Equal([new TileShare(3, 1)], TilePlanner.Widths(3, 4));
    }

    [Fact]
    public void Tile_OfAnySize_StaysInRegisters()
    {
        foreach (Tier tier in Tiers)
        {
            foreach (int filters in new[] { 1, 10, 16, 24, 64, 100, 512 })
            {
                foreach (int columns in new[] { 1, 2, 7, 14, 56, 113 })
                {
                    Tile tile = TilePlanner.Choose(tier, filters, columns, taps: 100);
                    int accumulators = tile.Vectors * tile.Pixels * tile.Splits;

                    // Of several pixels, a tap's weights and a broadcast are in registers too; of one, weights are operands in memory.
                    Assert.True(tile.Pixels == 1 ? accumulators <= tier.Registers - 3 : accumulators + tile.Vectors + 1 <= tier.Registers, $"{tier.Name} {tile}");
                    Assert.True(tile.Pixels == 1 || tile.Vectors <= 4, $"{tier.Name} {tile}");
                    Assert.True(tile.Pixels == 1 || tile.Splits == 1, $"{tier.Name} {tile}");
                    Assert.InRange(tile.Vectors, 1, tier.SlotCount(filters));
                    Assert.InRange(tile.Pixels, 1, columns);
                }
            }
        }
    }

    [Theory]
    [InlineData(16, 14, 2, 1)] // as many results as registers hold: two vectors of weights take the fewest loads
    [InlineData(8, 6, 2, 1)]
    [InlineData(4, 6, 2, 1)]
    public void Tile_OfALargeConvolution_FillsTheRegisters(int lanes, int pixels, int vectors, int splits)
    {
        Tier tier = lanes == 16 ? Tier.Vector512 : lanes == 8 ? Tier.Vector256 : Tier.Vector128;
        Assert.Equal(new Tile(vectors, pixels, splits), TilePlanner.Choose(tier, filters: 768, columns: 780, taps: 100));
    }

    [Theory]
    [InlineData(16, 1000, 1, 4)] // a sum waits four cycles for its next addend, of which one load and multiply-add fill one
    [InlineData(32, 1000, 2, 4)]
    [InlineData(64, 1000, 4, 2)]
    [InlineData(128, 1000, 8, 1)]
    [InlineData(16, 3, 1, 2)] // no more sums than terms
    public void Splits_OfAMatrixVectorProduct_HideTheAddersLatency(int units, int features, int vectors, int splits) =>
        Assert.Equal(new Tile(vectors, 1, splits), TilePlanner.Choose(Tier.Vector512, units, columns: 1, features));

    [Fact]
    public void BatchTile_OfAnySize_SumsAsThatOfASample()
    {
        // Its results are those of a single sample, to the bit: where that one has partial sums, so has this.
        foreach (int units in new[] { 16, 32, 128, 144, 500 })
        {
            foreach (int samples in new[] { 1, 2, 16 })
            {
                Tile single = TilePlanner.Choose(Tier.Vector512, units, columns: 1, taps: 100);
                Tile batch = TilePlanner.ChooseForBatch(Tier.Vector512, units, samples, features: 100);
                Assert.Equal(single.Splits, batch.Splits);
                Assert.True(single.Splits == 1 || batch == single);
            }
        }

        // Otherwise every weight serves several samples.
        Assert.True(TilePlanner.ChooseForBatch(Tier.Vector512, 128, samples: 16, 100).Pixels > 1);
    }

    [Fact]
    public void IntegerTile_OfAnySize_HasOneSumForEachResultAndStaysInRegisters()
    {
        foreach (Tier tier in Tiers)
        {
            foreach (int filters in new[] { 1, 16, 64, 512 })
            {
                foreach (int columns in new[] { 1, 7, 56 })
                {
                    Tile tile = TilePlanner.ChooseForIntegers(tier, filters, columns, words: 100);
                    Assert.Equal(1, tile.Splits);
                    Assert.True((tile.Pixels * tile.Vectors) + (tile.Pixels == 1 ? 5 : (2 * tile.Vectors) + 3) <= tier.Registers, $"{tier.Name} {tile}");
                }
            }
        }
    }

    [Fact]
    public void IntegerTile_WithDotProducts_IsThatOfFloats()
    {
        Tier dots = Tier.Vector256 with { HasDotProducts = true };
        Assert.Equal(TilePlanner.Choose(dots, 64, 56, 100), TilePlanner.ChooseForIntegers(dots, 64, 56, 100));
        Assert.NotEqual(TilePlanner.Choose(Tier.Vector256, 64, 56, 100), TilePlanner.ChooseForIntegers(Tier.Vector256, 64, 56, 100));
    }

    [Fact]
    public void Tile_OfObservers_LeavesNoRemainder()
    {
        // Less code is better there than faster code.
        foreach ((int filters, int columns) in new[] { (16, 7), (24, 14), (20, 5), (12, 9) })
        {
            Tile tile = TilePlanner.Choose(Tier.Observed, filters, columns, 100);
            Assert.Equal(0, columns % tile.Pixels);
            Assert.Equal(0, Tier.Observed.SlotCount(filters) % tile.Vectors);
        }
    }

    [Theory]
    [InlineData(16, 14, 3, 7)] // two tiles of the same width
    [InlineData(16, 12, 3, 12)]
    [InlineData(16, 100, 3, 12)]
    [InlineData(4, 100, 3, 10)] // three weights, and one register for what is loaded
    [InlineData(4, 100, 7, 6)]
    [InlineData(4, 100, 100, 6)] // of a longer row, weights are loaded anew
    public void Pixels_OfADepthwiseTile_ShareRegistersWithWeights(int lanes, int columns, int rowTaps, int pixels) => Assert.Equal(
        pixels, TilePlanner.ChoosePixels(lanes == 16 ? Tier.Vector512 : Tier.Vector128, columns, rowTaps));

    [Fact]
    public void Pixels_OfADepthwiseTile_AreTwoAtLeast() => Assert.Equal(2, TilePlanner.ChoosePixels(Tier.Vector128 with { Registers = 4 }, 10, 3));
}
