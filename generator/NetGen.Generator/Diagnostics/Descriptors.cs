using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Diagnostics;

/// <summary>The texts of every problem. Argument {0} is the layer, or the class where the problem is the class's.</summary>
/// <remarks>A table of one entry for each, in the order of their numbers, and therefore longer than a file of code is to be.</remarks>
internal static class Descriptors
{
    private const string Category = "NetGen";
    private const string Help = "https://github.com/netgen/netgen/blob/main/generator/docs/diagnostics/";

    public static readonly DiagnosticDescriptor NotPartial = new(
        ProblemIds.NotPartial,
        "A network's class must be partial",
        "Class '{0}' is a network and must be declared partial, so that its code can be generated",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NotPartial + ".md");

    public static readonly DiagnosticDescriptor Generic = new(
        ProblemIds.Generic,
        "A network's class cannot be generic",
        "Class '{0}' is a network and cannot have type parameters",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.Generic + ".md");

    public static readonly DiagnosticDescriptor Static = new(
        ProblemIds.Static,
        "A network's class cannot be static",
        "Class '{0}' is a network and cannot be static: each instance holds weights",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.Static + ".md");

    public static readonly DiagnosticDescriptor Abstract = new(
        ProblemIds.Abstract,
        "A network's class cannot be abstract",
        "Class '{0}' is a network and cannot be abstract: Load creates an instance",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.Abstract + ".md");

    public static readonly DiagnosticDescriptor NoInput = new(
        ProblemIds.NoInput,
        "A network needs an input",
        "Network '{0}' has no [Input]: say what arrives, as [Input(channels, height, width)] or [Input(features)]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NoInput + ".md");

    public static readonly DiagnosticDescriptor SeveralInputs = new(
        ProblemIds.SeveralInputs,
        "Several inputs have names",
        "Network '{0}' has several inputs, and this one has no name: write [Input(\"name\", …)], or keep one",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.SeveralInputs + ".md");

    public static readonly DiagnosticDescriptor NoLayers = new(
        ProblemIds.NoLayers,
        "A network needs layers",
        "Network '{0}' has no layers: add layer attributes below [Input]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NoLayers + ".md");

    public static readonly DiagnosticDescriptor ChannelMismatch = new(
        ProblemIds.ChannelMismatch,
        "Channels do not match",
        "Layer '{0}': InChannels is {1}, but '{2}' gives {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.ChannelMismatch + ".md");

    public static readonly DiagnosticDescriptor FeatureMismatch = new(
        ProblemIds.FeatureMismatch,
        "Features do not match",
        "Layer '{0}': InFeatures is {1}, but '{2}' gives {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.FeatureMismatch + ".md");

    public static readonly DiagnosticDescriptor GroupsDoNotDivide = new(
        ProblemIds.GroupsDoNotDivide,
        "Groups must divide channels and filters",
        "Layer '{0}': {1} groups do not divide the {2} {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.GroupsDoNotDivide + ".md");

    public static readonly DiagnosticDescriptor NotPositive = new(
        ProblemIds.NotPositive,
        "A size must be positive",
        "Layer '{0}': {1} is {2}, but must be at least 1",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NotPositive + ".md");

    public static readonly DiagnosticDescriptor NegativePadding = new(
        ProblemIds.NegativePadding,
        "Padding cannot be negative",
        "Layer '{0}': {1} is {2}, but cannot be negative",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NegativePadding + ".md");

    public static readonly DiagnosticDescriptor KernelTooLarge = new(
        ProblemIds.KernelTooLarge,
        "The kernel is larger than the padded input",
        "Layer '{0}': the kernel spans {2} in {1}, but '{5}' gives {3} and padding adds {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.KernelTooLarge + ".md");

    public static readonly DiagnosticDescriptor PoolPaddingTooLarge = new(
        ProblemIds.PoolPaddingTooLarge,
        "A pool's padding is at most half its kernel",
        "Layer '{0}': padding {1} is more than {2}, half of the kernel's {3} {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.PoolPaddingTooLarge + ".md");

    public static readonly DiagnosticDescriptor DenseOnImage = new(
        ProblemIds.DenseOnImage,
        "A dense layer takes a vector",
        "Layer '{0}': Dense takes a vector, but '{1}' gives the image {2}; put [Flatten] before it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.DenseOnImage + ".md");

    public static readonly DiagnosticDescriptor TooLarge = new(
        ProblemIds.TooLarge,
        "A size is too large",
        "Layer '{0}': the {1} of {2} elements is more than an array can hold",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.TooLarge + ".md");

    public static readonly DiagnosticDescriptor ImageExpected = new(
        ProblemIds.ImageExpected,
        "The layer takes an image",
        "Layer '{0}': {1} takes an image, but '{2}' gives a vector of {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.ImageExpected + ".md");

    public static readonly DiagnosticDescriptor DuplicateName = new(
        ProblemIds.DuplicateName,
        "A layer's name must be its own",
        "Layer '{0}': {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.DuplicateName + ".md");

    public static readonly DiagnosticDescriptor BadName = new(
        ProblemIds.BadName,
        "A layer's name must be a path",
        "Layer '{0}': a name is letters, digits, '_' and '-' in parts between dots, and not 'input'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.BadName + ".md");

    public static readonly DiagnosticDescriptor OutOfRange = new(
        ProblemIds.OutOfRange,
        "A value is out of range",
        "Layer '{0}': {1} is {2}, but must be {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.OutOfRange + ".md");

    public static readonly DiagnosticDescriptor SamePadding = new(
        ProblemIds.SamePadding,
        "SamePadding cannot be kept",
        "Layer '{0}': SamePadding keeps height and width, but {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.SamePadding + ".md");

    public static readonly DiagnosticDescriptor InputNotFirst = new(
        ProblemIds.InputNotFirst,
        "The input stands above the layers",
        "Network '{0}': [Input] stands above the layers, since they take effect from top to bottom",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.InputNotFirst + ".md");

    public static readonly DiagnosticDescriptor SeveralDeclarations = new(
        ProblemIds.SeveralDeclarations,
        "Layers stand on one declaration",
        "Network '{0}': all layers stand on one declaration, since parts of a class have no order",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.SeveralDeclarations + ".md");

    public static readonly DiagnosticDescriptor ContainerNotPartial = new(
        ProblemIds.ContainerNotPartial,
        "A network's containing types must be partial",
        "Class '{0}' is a network, so the type '{1}' around it must be declared partial",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.ContainerNotPartial + ".md");

    public static readonly DiagnosticDescriptor FileLocal = new(
        ProblemIds.FileLocal,
        "A network's class cannot be file-local",
        "Class '{0}' is a network and cannot be file-local: its other part is in a generated file",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.FileLocal + ".md");

    public static readonly DiagnosticDescriptor NoNetwork = new(
        ProblemIds.NoNetwork,
        "Layers without a network",
        "Class '{0}' has layer attributes but no [Network], so nothing is generated for it",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NoNetwork + ".md");

    public static readonly DiagnosticDescriptor UnknownName = new(
        ProblemIds.UnknownName,
        "A name must be a layer's",
        "Layer '{0}': no layer above is called '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.UnknownName + ".md");

    public static readonly DiagnosticDescriptor ForwardName = new(
        ProblemIds.ForwardName,
        "A name refers upwards",
        "Layer '{0}': '{1}' stands below; a layer can only take those above it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.ForwardName + ".md");

    public static readonly DiagnosticDescriptor ShapesDoNotCombine = new(
        ProblemIds.ShapesDoNotCombine,
        "Shapes do not match",
        "Layer '{0}': '{1}' gives {2}, but '{3}' gives {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.ShapesDoNotCombine + ".md");

    public static readonly DiagnosticDescriptor ShapesDoNotConcat = new(
        ProblemIds.ShapesDoNotConcat,
        "The sides do not match",
        "Layer '{0}': '{1}' gives {2}, but '{3}' gives {4}; all sides but the joined one are the same",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.ShapesDoNotConcat + ".md");

    public static readonly DiagnosticDescriptor UnusedResult = new(
        ProblemIds.UnusedResult,
        "A result is not used",
        "Layer '{0}': nothing takes its result, and it is not an output; name it in a layer below, in [Output], or remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.UnusedResult + ".md");

    public static readonly DiagnosticDescriptor BlockRecursion = new(
        ProblemIds.BlockRecursion,
        "A block cannot use itself",
        "Use '{0}': block '{1}' would contain itself",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.BlockRecursion + ".md");

    public static readonly DiagnosticDescriptor UnboundParam = new(
        ProblemIds.UnboundParam,
        "A parameter has no value",
        "Layer '{0}': {1} stands here, but the use '{2}' gives {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.UnboundParam + ".md");

    public static readonly DiagnosticDescriptor UnusedParam = new(
        ProblemIds.UnusedParam,
        "A value is not used",
        "Use '{0}': block '{1}' does not use {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.UnusedParam + ".md");

    public static readonly DiagnosticDescriptor NamesToCombine = new(
        ProblemIds.NamesToCombine,
        "A combining layer takes names",
        "Layer '{0}': {1} takes the names of the layers to combine, {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NamesToCombine + ".md");

    public static readonly DiagnosticDescriptor NotInBlock = new(
        ProblemIds.NotInBlock,
        "Inputs and outputs belong to networks",
        "Block '{0}': [{1}] belongs on the network, not in a block",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NotInBlock + ".md");

    public static readonly DiagnosticDescriptor NotABlock = new(
        ProblemIds.NotABlock,
        "Only blocks can be used",
        "Use '{0}': class '{1}' is not marked [Block]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NotABlock + ".md");

    public static readonly DiagnosticDescriptor TooManyLayers = new(
        ProblemIds.TooManyLayers,
        "A network has too many layers",
        "At '{0}' the network comes to more than {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.TooManyLayers + ".md");

    public static readonly DiagnosticDescriptor SliceOutside = new(
        ProblemIds.SliceOutside,
        "A slice lies within its input",
        "Layer '{0}': channels {1} to {2} are not all there; '{3}' gives {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.SliceOutside + ".md");

    public static readonly DiagnosticDescriptor DoesNotDivide = new(
        ProblemIds.DoesNotDivide,
        "A factor must divide the channels",
        "Layer '{0}': {1} does not divide the {2} channels that '{3}' gives",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.DoesNotDivide + ".md");

    public static readonly DiagnosticDescriptor OutputPaddingTooLarge = new(
        ProblemIds.OutputPaddingTooLarge,
        "Output padding is less than the stride",
        "Layer '{0}': output padding {1} in {2} is neither less than the stride {3} nor than the dilation {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.OutputPaddingTooLarge + ".md");

    public static readonly DiagnosticDescriptor OverBudget = new(
        ProblemIds.OverBudget,
        "A network costs more than its budget",
        "Network '{0}' has {1} {2}, but its budget is {3}; the most is in {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.OverBudget + ".md");

    public static readonly DiagnosticDescriptor NoWeightFile = new(
        ProblemIds.NoWeightFile,
        "The project does not name the weight file",
        "Network '{0}': the project has no <NetworkWeights> item for '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NoWeightFile + ".md");

    public static readonly DiagnosticDescriptor DamagedFile = new(
        ProblemIds.DamagedFile,
        "A safetensors file cannot be read",
        "Network '{0}': '{1}' is not a safetensors file: {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.DamagedFile + ".md");

    public static readonly DiagnosticDescriptor MissingTensor = new(
        ProblemIds.MissingTensor,
        "A tensor is missing",
        "Layer '{0}': '{1}' has no tensor '{2}' of shape {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.MissingTensor + ".md");

    public static readonly DiagnosticDescriptor TensorShape = new(
        ProblemIds.TensorShape,
        "A tensor has another shape",
        "Layer '{0}': tensor '{1}' should be {2}, but in '{3}' it is {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.TensorShape + ".md");

    public static readonly DiagnosticDescriptor TensorType = new(
        ProblemIds.TensorType,
        "A tensor has another type",
        "Layer '{0}': tensor '{1}' in '{2}' is of type {3}, which is not one of F16, BF16, F32 and F64",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.TensorType + ".md");

    public static readonly DiagnosticDescriptor UnusedTensor = new(
        ProblemIds.UnusedTensor,
        "Tensors are not used",
        "Network '{0}': no layer uses these tensors of '{1}': {2}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.UnusedTensor + ".md");

    public static readonly DiagnosticDescriptor MemberName = new(
        ProblemIds.MemberName,
        "A network's class cannot have a member's name",
        "Class '{0}' is a network and cannot have the name of a member that is generated for it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.MemberName + ".md");

    public static readonly DiagnosticDescriptor OwnConstructor = new(
        ProblemIds.OwnConstructor,
        "A network's constructor is generated",
        "Class '{0}' is a network, whose constructor is generated: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.OwnConstructor + ".md");

    public static readonly DiagnosticDescriptor NoGoldenFile = new(
        ProblemIds.NoGoldenFile,
        "The project does not name the file of references",
        "Network '{0}': the project has no <NetworkGolden> item for '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.NoGoldenFile + ".md");

    public static readonly DiagnosticDescriptor MissingReference = new(
        ProblemIds.MissingReference,
        "A reference is missing",
        "'{1}' has no tensor '{2}' of shape {3}, which is the network's {0}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.MissingReference + ".md");

    public static readonly DiagnosticDescriptor ReferenceShape = new(
        ProblemIds.ReferenceShape,
        "A reference has another shape",
        "Reference '{1}' should be {2}, but in '{3}' it is {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.ReferenceShape + ".md");

    public static readonly DiagnosticDescriptor UnknownReference = new(
        ProblemIds.UnknownReference,
        "A reference belongs to no layer",
        "Network '{0}': no layer is called as these tensors of '{1}': {2}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.UnknownReference + ".md");

    public static readonly DiagnosticDescriptor SeveralFiles = new(
        ProblemIds.SeveralFiles,
        "Several files have the name",
        "Network '{0}': the project has several files of the name '{1}'; name one of them by its path: {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.SeveralFiles + ".md");

    public static readonly DiagnosticDescriptor OtherPrefix = new(
        ProblemIds.OtherPrefix,
        "The tensors' names have another prefix",
        "Network '{0}': the names of its tensors have {2} in '{1}'; {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.OtherPrefix + ".md");

    public static readonly DiagnosticDescriptor LanguageVersion = new(
        ProblemIds.LanguageVersion,
        "Networks need C# 12",
        "Class '{0}' is a network, whose generated code needs C# 12, but the project is compiled as C# {1}; raise or remove its LangVersion",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.LanguageVersion + ".md");

    public static readonly DiagnosticDescriptor OwnMember = new(
        ProblemIds.OwnMember,
        "A member has the name of a generated one",
        "Class '{0}' is a network, for which '{1}' is generated: give this member another name",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.OwnMember + ".md");

    public static readonly DiagnosticDescriptor InheritedMember = new(
        ProblemIds.InheritedMember,
        "A base class has a member of a generated name",
        "Class '{0}' is a network, and {1}, which the generated one would hide: rename it, or hold an instance in place of deriving",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.InheritedMember + ".md");

    public static readonly DiagnosticDescriptor HiddenName = new(
        ProblemIds.HiddenName,
        "A type hides what generated code names",
        "Class '{0}' is a network, and the type '{1}' hides a name that generated code uses: rename it, or put it into another namespace",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.HiddenName + ".md");

    public static readonly DiagnosticDescriptor FactorsDoNotFit = new(
        ProblemIds.FactorsDoNotFit,
        "Results that are multiplied must fit each other",
        "Layer '{0}': '{1}' gives {2}, but needs {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.FactorsDoNotFit + ".md");

    public static readonly DiagnosticDescriptor StateShape = new(
        ProblemIds.StateShape,
        "A state has the shape of its next value",
        "State '{0}' is {1}, but '{2}', which is to be its next value, gives {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.StateShape + ".md");

    public static readonly DiagnosticDescriptor SequenceExpected = new(
        ProblemIds.SequenceExpected,
        "The layer takes a sequence",
        "Layer '{0}': {1} takes a sequence, channels × 1 × length, but '{2}' gives {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + ProblemIds.SequenceExpected + ".md");

    public static readonly ImmutableArray<DiagnosticDescriptor> All = ImmutableArray.Create(
        NotPartial,
        Generic,
        Static,
        Abstract,
        NoInput,
        SeveralInputs,
        NoLayers,
        ChannelMismatch,
        FeatureMismatch,
        GroupsDoNotDivide,
        NotPositive,
        NegativePadding,
        KernelTooLarge,
        PoolPaddingTooLarge,
        DenseOnImage,
        TooLarge,
        ImageExpected,
        DuplicateName,
        BadName,
        OutOfRange,
        SamePadding,
        InputNotFirst,
        SeveralDeclarations,
        ContainerNotPartial,
        FileLocal,
        NoNetwork,
        UnknownName,
        ForwardName,
        ShapesDoNotCombine,
        ShapesDoNotConcat,
        UnusedResult,
        BlockRecursion,
        UnboundParam,
        UnusedParam,
        NamesToCombine,
        NotInBlock,
        NotABlock,
        TooManyLayers,
        SliceOutside,
        DoesNotDivide,
        OutputPaddingTooLarge,
        OverBudget,
        NoWeightFile,
        DamagedFile,
        MissingTensor,
        TensorShape,
        TensorType,
        UnusedTensor,
        MemberName,
        OwnConstructor,
        NoGoldenFile,
        MissingReference,
        ReferenceShape,
        UnknownReference,
        SeveralFiles,
        OtherPrefix,
        LanguageVersion,
        OwnMember,
        InheritedMember,
        HiddenName,
        FactorsDoNotFit,
        StateShape,
        SequenceExpected);

    private static readonly Dictionary<string, DiagnosticDescriptor> ById = All.ToDictionary(d => d.Id);

    public static DiagnosticDescriptor Find(string id) => ById[id];
}
