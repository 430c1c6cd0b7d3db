using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Planning;

/// <summary>Tiers, and how vectors cover channels.</summary>
public sealed class TierTests
{
    [Fact]
    public void Integers_Take512BitsBeforeDotProductsOf256()
    {
        IEnumerable<Tier> tiers = Tier.For(NetworkOptions.Default with { Precision = Precision.Int8 });
        Assert.Equal(["Vector512", "Vector256DotProducts", "Vector256", "Vector128"], tiers.Select(t => t.Name));
        Assert.Equal(
            ["Vector256DotProducts", "Vector256", "Vector128"],
            Tier.For(NetworkOptions.Default with { Precision = Precision.Int8, Simd = SimdTiers.Vector256 }).Select(t => t.Name));
    }

    [Fact]
    public void Floats_TakeTheTiersThatTheAuthorAsksFor()
    {
        Assert.Equal(["Vector512", "Vector256", "Vector128"], Tier.For(NetworkOptions.Default).Select(t => t.Name));
        Assert.Equal(["Vector512"], Tier.For(NetworkOptions.Default with { Simd = SimdTiers.Vector512 }).Select(t => t.Name));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 4)]
    [InlineData(5, 8)]
    [InlineData(9, 16)]
    [InlineData(16, 16)]
    [InlineData(20, 20)]
    [InlineData(24, 24)]
    [InlineData(25, 32)]
    public void ChannelStride_OfAPartlyFilledVector_IsTheNarrowestThatHoldsIt(int channels, int stride) =>
        Assert.Equal(stride, LayoutPolicy.ChannelStride(channels));

    [Theory]
    [InlineData(240, 240)]
    [InlineData(256, 272)] // of as many floats, pixels fall into the same sets of the cache
    [InlineData(512, 528)]
    [InlineData(272, 272)]
    public void PixelStride_AMultipleOfAKilobyte_IsACacheLineMore(int channels, int stride) => Assert.Equal(stride, LayoutPolicy.PixelStride(channels));

    [Theory]
    [InlineData(16, 35, 3, 36)]
    [InlineData(8, 35, 5, 36)]
    [InlineData(4, 35, 9, 36)]
    [InlineData(16, 16, 1, 16)]
    [InlineData(16, 17, 2, 20)]
    public void Slots_OfAnyTier_CoverChannelsWithinTheirStride(int lanes, int channels, int count, int covered)
    {
        Tier tier = Tier.Vector512 with { Lanes = lanes };
        Assert.Equal((count, covered), (tier.SlotCount(channels), tier.CoveredLanes(channels)));
        Slot[] slots = tier.Slots(channels, 0, count);
        Assert.Equal(channels, slots.Sum(s => s.Channels));
        Assert.All(slots.SkipLast(1), s => Assert.Equal((lanes, lanes), (s.Width, s.Channels)));
        Assert.True(covered <= LayoutPolicy.ChannelStride(channels));
    }

    [Theory]
    [InlineData(20, 16)]
    [InlineData(16, 16)]
    [InlineData(15, 8)]
    [InlineData(4, 4)]
    [InlineData(3, 2)]
    public void Lanes_WithinALength_AreThoseOfTheWidestVector(int length, int lanes) => Assert.Equal(lanes, Tier.Vector512.LanesWithin(length));
}
