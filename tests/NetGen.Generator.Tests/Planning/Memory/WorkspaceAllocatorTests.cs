using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Planning.Memory;

/// <summary>Where activations lie in the workspace.</summary>
public sealed class WorkspaceAllocatorTests
{
    private static readonly TensorView Bordered = new(Storage.Workspace, 0, 0, 4, 4, 4, 16, 4, 1);

    [Fact]
    public void Buffers_OfOneTime_NeverOverlap()
    {
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            WorkspaceBuffer[] buffers = [.. Enumerable.Range(0, random.Next(1, 24)).Select(_ =>
            {
                int first = random.Next(20);
                return Buffer(random.Next(1, 1 << random.Next(5, 21)), first, first + random.Next(8));
            })];
            (IReadOnlyList<WorkspaceBuffer> placed, int length) = Place(buffers);
            for (int i = 0; i < placed.Count; i++)
            {
                WorkspaceBuffer a = placed[i];
                Assert.Equal(0, a.Offset % 16);
                Assert.InRange(a.Offset, 0, length - a.Length);
                Assert.DoesNotContain(placed.Skip(i + 1), b =>
                    a.FirstStep <= b.LastStep && b.FirstStep <= a.LastStep && a.Offset < b.Offset + b.Length && b.Offset < a.Offset + a.Length);
            }
        }
    }

    [Fact]
    public void Maps_OfDifferentTimes_ShareTheirMiddle()
    {
        (IReadOnlyList<WorkspaceBuffer> placed, int length) = Place(Buffer(1 << 20, 0, 1), Buffer(1 << 18, 1, 2), Buffer(1 << 19, 2, 3), Buffer(1 << 16, 3, 4));
        Assert.Equal(placed[0].Offset + (placed[0].Length / 2), placed[2].Offset + (placed[2].Length / 2));
        Assert.Equal(placed[1].Offset + (placed[1].Length / 2), placed[3].Offset + (placed[3].Length / 2));
        Assert.InRange(length, 1, (1 << 20) + (1 << 18) + 16);
    }

    [Theory]
    [InlineData(1000, 992, 0)] // too small for threads to share: the first room
    [InlineData(992, 992, 256)] // the middle of the large one, down to a cache line
    public void Map_SmallerThanTheLimit_LiesWhereThereIsRoomFirst(int centered, int length, int offset)
    {
        (IReadOnlyList<WorkspaceBuffer> placed, int total) = Place(PlanSizes.Default with { CenteredBuffer = centered }, Buffer(1504, 0, 0), Buffer(length, 1, 1));
        Assert.Equal([0, offset], placed.Select(b => b.Offset));
        Assert.Equal(1504 + 16, total);
    }

    [Fact]
    public void Map_MiddleIsTaken_LiesWhereThereIsRoomFirst()
    {
        // The second lies in the middle of the first; the third lives with both of those that it could lie in.
        (IReadOnlyList<WorkspaceBuffer> placed, int _) = Place(
            PlanSizes.Default with { CenteredBuffer = 0 }, Buffer(160, 0, 0), Buffer(64, 1, 1), Buffer(32, 1, 2), Buffer(16, 0, 3));
        Assert.Equal([0, 48], placed.Take(2).Select(b => b.Offset));
        Assert.Equal(0, placed[2].Offset);
        Assert.Equal(160, placed[3].Offset);
    }

    [Fact]
    public void Map_GapIsLargeEnough_LiesInIt()
    {
        (IReadOnlyList<WorkspaceBuffer> placed, int length) = Place(Buffer(64, 0, 0), Buffer(64, 0, 2), Buffer(48, 1, 2), Buffer(16, 1, 2));
        Assert.Equal([0, 64, 0, 48], placed.Select(b => b.Offset));
        Assert.Equal(128 + 16, length);
    }

    [Fact]
    public void Maps_OfEqualLength_LieInTheirOrder()
    {
        (IReadOnlyList<WorkspaceBuffer> placed, int _) = Place(Buffer(20, 0, 1), Buffer(20, 0, 1), Buffer(40, 0, 1));
        Assert.Equal([48, 80, 0], placed.Select(b => b.Offset));
    }

    [Theory]
    [InlineData(64, false)] // together they may keep their memory
    [InlineData(63, true)]
    public void Borders_ExceedTheirLimit_ShareMemoryAndAreCleared(int own, bool shares)
    {
        (IReadOnlyList<WorkspaceBuffer> placed, int length) = Place(
            PlanSizes.Default with { OwnBorders = own }, Buffer(64, 0, 0) with { Bordered = Bordered }, Buffer(32, 1, 1), Buffer(32, 2, 2));
        Assert.Equal(shares, placed[0].ClearsBorder);
        Assert.Equal(shares ? 64 + 16 : 96 + 16, length);

        // Those without a border have nothing to clear, and share as they like.
        Assert.Equal([false, false], placed.Skip(1).Select(b => b.ClearsBorder));
        Assert.Equal(placed[1].Offset, placed[2].Offset);
    }

    [Fact]
    public void Border_MemoryIsNobodyElses_LastsWithoutClearing()
    {
        (IReadOnlyList<WorkspaceBuffer> placed, int _) = Place(
            PlanSizes.Default with { OwnBorders = 0 }, Buffer(64, 0, 1) with { Bordered = Bordered }, Buffer(32, 1, 2));
        Assert.False(placed[0].ClearsBorder);
    }

    [Fact]
    public void Workspace_WithoutBuffers_HoldsAVectorsSlack() => Assert.Equal(16, Place().Length);

    private static (IReadOnlyList<WorkspaceBuffer> Buffers, int Length) Place(params WorkspaceBuffer[] buffers) => Place(PlanSizes.Default, buffers);

    private static (IReadOnlyList<WorkspaceBuffer> Buffers, int Length) Place(PlanSizes sizes, params WorkspaceBuffer[] buffers)
    {
        (EquatableArray<WorkspaceBuffer> placed, int length) = WorkspaceAllocator.Place(buffers, sizes);
        return ([.. placed], length);
    }

    private static WorkspaceBuffer Buffer(int length, int first, int last) => new(0, length, first, last, ClearsBorder: false, null, default, "test");
}
