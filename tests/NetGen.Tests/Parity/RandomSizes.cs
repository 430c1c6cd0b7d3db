extern alias generator;

namespace NetGen.Tests.Parity;

using generator::NetGen.Generator.Planning;

/// <summary>
/// Draws the sizes from which plans and kernels differ, so low that networks of a few thousand values are treated as large ones: in
/// strips of one row and of many, by several threads, with weights in streams, in blocks of a few tiles.
/// </summary>
internal static class RandomSizes
{
    /// <summary>The sizes for a network; a third are planned as they would be for a user.</summary>
    public static PlanSizes Of(Draw draw)
    {
        return draw.Chance(33) ? PlanSizes.Default : PlanSizes.Default with
        {
            StripMap = Often(PlanSizes.Default.StripMap, 1, 16, 256, 1024),
            StripBuffers = Often(PlanSizes.Default.StripBuffers, 256, 1024, 4096, 16 * 1024),
            SharedWork = Often((int)PlanSizes.Default.SharedWork, 1, 1024, 16 * 1024),
            TwoStreams = Often(PlanSizes.Default.TwoStreams, 1, 64, 512),
            FourStreams = Often(PlanSizes.Default.FourStreams, 1, 64, 1024),
            PrefetchedTile = Often(PlanSizes.Default.PrefetchedTile, 1, 64),
            PrefetchingPasses = Often(PlanSizes.Default.PrefetchingPasses, 1, 4, 1000),
            WinogradBlockBytes = Often(PlanSizes.Default.WinogradBlockBytes, 1, 4096, 16 * 1024),
            MostWinogradColumns = Often(PlanSizes.Default.MostWinogradColumns, 1, 3, 8, 24),
            FewestWinogradColumns = Often(PlanSizes.Default.FewestWinogradColumns, 1, 5),
            FarWinogradWeights = Often(PlanSizes.Default.FarWinogradWeights, 1, 4096),
            PlanarResults = Often(PlanSizes.Default.PlanarResults, 64, 256, 1024),
            PlanarTransformed = Often(PlanSizes.Default.PlanarTransformed, 512, 2048),
            PlanarWritten = Often(PlanSizes.Default.PlanarWritten, 1, 16, 64),
            PlanarWinogradWritten = Often(PlanSizes.Default.PlanarWinogradWritten, 1, 16, 64),
            DepthwiseSlotBytes = Often(PlanSizes.Default.DepthwiseSlotBytes, 1, 1024),
            DepthwiseWritten = Often(PlanSizes.Default.DepthwiseWritten, 1, 20),
            DepthwiseColumns = Often(PlanSizes.Default.DepthwiseColumns, 1, 2, 4),
            PoolTaps = Often(PlanSizes.Default.PoolTaps, 1, 3, 5),
            ResponseWindow = Often(PlanSizes.Default.ResponseWindow, 1, 3),
            AttentionScores = Often(PlanSizes.Default.AttentionScores, 1, 64, 256),
            CopiedVectors = Often(PlanSizes.Default.CopiedVectors, 0, 1, 2),
            UnrolledSlots = Often(PlanSizes.Default.UnrolledSlots, 1, 2),
            CenteredBuffer = Often(PlanSizes.Default.CenteredBuffer, 1, 256),
            OwnBorders = Often(PlanSizes.Default.OwnBorders, 0, 512),
            BatchSamples = Often(PlanSizes.Default.BatchSamples, 2, 3, 7, 24),
        };

        // Not all at once: a size that is never reached leaves the way to others.
        int Often(int size, params int[] others) => draw.Chance(60) ? draw.OneOf(others) : size;
    }
}
