/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.tool;

import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.LocalDate;
import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.util.function.Tuples;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.HotSwappableTargetSource;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.function.SingletonSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the guard finds behind a tool, and what leaves alone.
 */
class ToolInspectionTests {

	private final FakeDecisions decisions = new FakeDecisions();

	private final ToolGuard guard = TestGuards.of(this.decisions);

	@BeforeEach
	void reset() {
		GuardedTools.RUNS.set(0);
	}

	private static ToolCallback annotated() {
		return ToolCallbacks.from(new Annotated())[0];
	}

	@ParameterizedTest
	@EnumSource
	void findsTheToolBehind(Shape shape) {
		ToolCallback guarded = this.guard.guard(shape.make.apply(annotated()));
		assertThat(guarded.call("{\"text\":\"x\"}")).isEqualTo("Error: agent lacks 'read:documents' capability.");
		assertThat(GuardedTools.RUNS).hasValue(0);
		this.decisions.grant("read:documents");
		assertThat(guarded.call("{\"text\":\"x\"}")).contains("secret");
		assertThat(GuardedTools.RUNS).hasValue(1);
	}

	enum Shape {

		WEAK_REFERENCE((tool) -> new Holding<>(new WeakReference<>(tool), WeakReference::get)),

		SOFT_REFERENCE((tool) -> new Holding<>(new SoftReference<>(tool), SoftReference::get)),

		ATOMIC_REFERENCE((tool) -> new Holding<>(new AtomicReference<>(tool), AtomicReference::get)),

		ATOMIC_ARRAY((tool) -> new Holding<>(new AtomicReferenceArray<>(new ToolCallback[] { tool }),
				(array) -> array.get(0))),

		CONCURRENT_MAP(
				(tool) -> new Holding<>(new ConcurrentHashMap<>(Map.of("tool", tool)), (map) -> map.get("tool"))),

		MAP_OF_LISTS((tool) -> new Holding<>(Map.of("tools", List.of(tool)), (map) -> map.get("tools").get(0))),

		MAP_ENTRY((tool) -> new Holding<>(Map.entry("tool", tool), Map.Entry::getValue)),

		SIMPLE_ENTRY((tool) -> new Holding<>(new AbstractMap.SimpleEntry<>("tool", tool), Map.Entry::getValue)),

		COMPLETED_FUTURE((tool) -> new Holding<>(CompletableFuture.completedFuture(tool), CompletableFuture::join)),

		SINGLETON_SUPPLIER((tool) -> new Holding<>(SingletonSupplier.of(tool), SingletonSupplier::obtain)),

		LAZY_SINGLETON_SUPPLIER((tool) -> new Holding<>(SingletonSupplier.of(() -> tool), SingletonSupplier::obtain)),

		TUPLE((tool) -> new Holding<>(Tuples.of("tool", tool), (tuple) -> tuple.getT2())),

		PAIR_WITH_A_LIST((tool) -> new Holding<>(new Pair<>("tools", List.of(tool)), (pair) -> pair.second.get(0))),

		REGISTRY((tool) -> {
			Registry registry = new Registry();
			registry.tools.put("tool", tool);
			return new Holding<>(registry, (each) -> each.tools.get("tool"));
		}),

		REGISTRY_IN_A_LAMBDA((tool) -> {
			Registry registry = new Registry();
			registry.tools.put("tool", tool);
			return ShapedTools.function("lambda", (query) -> registry.tools.get("tool").call("{}"));
		}),

		REGISTRY_WITH_AN_ARRAY((tool) -> new Holding<>(new ArrayRegistry(tool), (each) -> each.tools[0])),

		REGISTRY_WITH_A_SUPPLIER((tool) -> new Holding<>(new SupplierRegistry(tool), (each) -> each.tool.get())),

		REGISTRY_WITH_AN_OPTIONAL(
				(tool) -> new Holding<>(new OptionalRegistry(tool), (each) -> each.tool.orElseThrow())),

		REGISTRY_IN_A_REGISTRY((tool) -> new Holding<>(new OuterRegistry(tool), (each) -> each.inner.tools[0])),

		LIST_OF_ONES_OWN((tool) -> new Holding<>(new OwnList(tool), (list) -> list.get(0))),

		JDK_PROXY((tool) -> proxy(ToolCallback.class, new Forwarding(tool))),

		JDK_PROXY_BY_A_LAMBDA((tool) -> proxy(ToolCallback.class, (proxy, method, args) -> method.invoke(tool, args))),

		JDK_PROXY_OF_A_FUNCTION((tool) -> {
			Function<GuardedTools.Query, String> function = (query) -> tool.call("{}");
			return ShapedTools.function("function", proxied(function));
		}),

		JDK_PROXY_OF_A_PROVIDER((tool) -> {
			ToolCallbackProvider provider = ToolCallbackProvider.from(tool);
			return new Holding<>(proxy(ToolCallbackProvider.class, new Forwarding(provider)),
					(each) -> each.getToolCallbacks()[0]);
		}),

		SPRING_PROXY((tool) -> {
			ProxyFactory factory = new ProxyFactory(new ShapedTools.InObject(tool));
			return (ToolCallback) factory.getProxy();
		}),

		SPRING_PROXY_IN_A_PROXY((tool) -> {
			ProxyFactory inner = new ProxyFactory(new ShapedTools.InObject(tool));
			ProxyFactory outer = new ProxyFactory(inner.getProxy());
			return (ToolCallback) outer.getProxy();
		}),

		SPRING_PROXIES_OF_AN_ANNOTATED_CLASS((tool) -> {
			ProxyFactory inner = new ProxyFactory(new ShapedTools.ClassAnnotated());
			ProxyFactory outer = new ProxyFactory(inner.getProxy());
			return (ToolCallback) outer.getProxy();
		}),

		MUTUAL_RECORDS((tool) -> {
			WrapperFields.carriesCode(Branch.class);
			return new Holding<>(new Leaf(new Branch(null, tool)), (leaf) -> leaf.branch().tool());
		}),

		LATE_IN_A_LONG_LIST((tool) -> new Holding<>(late(tool, 1_500), (list) -> (ToolCallback) list.get(1_500))),

		LATE_IN_A_CATALOG((tool) -> {
			List<Object> catalog = new ArrayList<>(Collections.nCopies(100_000, LocalDate.EPOCH));
			catalog.add(tool);
			return new Holding<>(catalog, (list) -> (ToolCallback) list.get(100_000));
		}),

		ONE_OF_MANY_FUNCTIONS((tool) -> {
			Map<String, Supplier<String>> functions = functions(150);
			functions.put("tool", () -> tool.call("{}"));
			return ShapedTools.function("functions", (query) -> functions.get("tool").get());
		}),

		HUNDRED_DECORATORS((tool) -> {
			ToolCallback decorated = tool;
			for (int i = 0; i < 100; i++) {
				decorated = new ShapedTools.InObject(decorated);
			}
			return decorated;
		}),

		EXCHANGEABLE_TARGET((tool) -> {
			ProxyFactory factory = new ProxyFactory();
			factory.setInterfaces(ToolCallback.class);
			factory.setTargetSource(new HotSwappableTargetSource(new ShapedTools.InObject(tool)));
			return (ToolCallback) factory.getProxy();
		}),

		SUBCLASS_OF_A_LIST((tool) -> {
			ToolList list = new ToolList();
			list.add(tool);
			return new Holding<>(list, (each) -> each.get(0));
		}),

		FUNCTION_NAMED_LIKE_A_PROXY((tool) -> ShapedTools.function("function", new $Function())),

		INNER_CLASS((tool) -> new Outer(tool).inner());

		private final Function<ToolCallback, ToolCallback> make;

		Shape(Function<ToolCallback, ToolCallback> make) {
			this.make = make;
		}

	}

	private static Map<String, Supplier<String>> functions(int count) {
		Map<String, Supplier<String>> functions = new HashMap<>();
		for (int i = 0; i < count; i++) {
			String answer = "answer " + i;
			functions.put("function " + i, () -> answer);
		}
		return functions;
	}

	@ParameterizedTest
	@EnumSource
	void leavesAlone(Harmless harmless) {
		ToolCallback tool = harmless.make.get();
		ToolCallback guarded = this.guard.guard(tool);
		assertThat(guarded).isSameAs(tool);
		this.guard.requireGuarded(List.of(guarded));
		assertThat(guarded.call("{\"text\":\"x\"}")).contains("secret");
		assertThat(this.decisions.requests()).isEmpty();
	}

	enum Harmless {

		CATALOG(() -> {
			List<LocalDate> catalog = Collections.nCopies(100_000, LocalDate.EPOCH);
			return over((query) -> catalog.get(7));
		}),

		CATALOG_OF_OBJECTS(() -> {
			List<Order> catalog = IntStream.range(0, 20_000).mapToObj(Order::new).toList();
			return over((query) -> catalog.get(7));
		}),

		MANY_FUNCTIONS(() -> {
			Map<String, Supplier<String>> functions = functions(150);
			return over((query) -> functions.get("function 7").get());
		}),

		CLOSED_LAZY_COLLECTION(() -> {
			LazyBag<Order> lazy = new LazyBag<>();
			return over((query) -> lazy);
		}),

		CLOSED_LAZY_COLLECTION_OF_A_LIST_CLASS(() -> {
			List<Order> lazy = new LazyList<>();
			return over((query) -> lazy);
		}),

		MAP_THAT_CHANGES(() -> {
			Map<String, Object> changing = new HashMap<>();
			changing.put("changes", new Changing(changing));
			return over((query) -> changing);
		}),

		LIST_IN_ITSELF(() -> {
			List<Object> list = new ArrayList<>();
			list.add(list);
			return over((query) -> list.size());
		}),

		SERVICE_THAT_HAS_A_GUARDED_PROVIDER(() -> {
			ToolCallback guarded = new ToolInspectionTests().guard.guard(annotated());
			ToolCallbackProvider provider = new GuardedProvider(ToolCallbackProvider.from(guarded),
					new HandedOutTools((tool) -> tool, null));
			Assistant assistant = new Assistant(provider, List.of(guarded), Map.of("guarded", guarded));
			return over((query) -> assistant);
		}),

		OBJECT_OF_A_TYPE_BOUND_BY_ITSELF(() -> {
			Node<String> node = new Node<>("x", List.of("y"));
			return over((query) -> node);
		}),

		CONFIGURATION_CLASS(() -> new Configured().harmless()),

		APPLICATION_CONTEXT(() -> {
			ApplicationContext context = new GenericApplicationContext();
			return over((query) -> context.getId());
		}),

		THREAD_LOCAL(() -> {
			ThreadLocal<Object> local = ThreadLocal.withInitial(() -> {
				throw new IllegalStateException("Not yet");
			});
			return over((query) -> local);
		}),

		UNFINISHED_FUTURE(() -> {
			CompletableFuture<Object> future = new CompletableFuture<>();
			return over((query) -> future);
		}),

		FAILED_FUTURE(() -> {
			CompletableFuture<Object> future = CompletableFuture.failedFuture(new IllegalStateException());
			return over((query) -> future);
		}),

		COMPOSED_FUNCTION(() -> {
			Function<GuardedTools.Query, String> first = GuardedTools.Query::text;
			return ShapedTools.function("composed", first.andThen((text) -> GuardedTools.run()));
		});

		private final Supplier<ToolCallback> make;

		Harmless(Supplier<ToolCallback> make) {
			this.make = make;
		}

		private static ToolCallback over(Function<GuardedTools.Query, Object> captured) {
			return ShapedTools.function("harmless",
					(query) -> (captured.apply(query) != null) ? GuardedTools.run() : "");
		}

	}

	@Test
	void refusesToolsAmongTooManyObjects() {
		ToolCallback tool = new Holding<>(late(annotated(), 6_000), (list) -> (ToolCallback) list.get(6_000));
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> this.guard.guard(tool))
			.withMessageContaining("more than 5000 objects");
	}

	@Test
	void looksAgainWhereAToolThatIsGuardedGetsAnother() {
		List<ToolCallback> held = new CopyOnWriteArrayList<>(List.of(annotated()));
		ToolCallback guarded = this.guard.guard(new Holding<>(held, (list) -> list.get(list.size() - 1)));
		this.decisions.grant("read:documents");
		assertThat(guarded.call("{}")).contains("secret");
		held.add(ToolCallbacks.from(new Administrating())[0]);
		assertThat(guarded.call("{}")).isEqualTo("Error: agent lacks 'admin:documents' capability.");
		assertThat(GuardedTools.RUNS).hasValue(1);
		this.decisions.grant("admin:documents");
		assertThat(guarded.call("{}")).contains("secret");
	}

	@Test
	void neverRunsWhatNoRuleNamesWhoeverDecides() {
		CapabilityDecisions anyone = new FakeDecisions() {

			@Override
			public CapabilityDecision decide(CapabilityRequirement requirement) {
				return CapabilityDecision.ALLOW;
			}

		};
		ToolCallback tool = ShapedTools.plain("unlisted");
		ToolCallback denied = TestGuards
			.of(anyone, List.of((each) -> new GuardTerms(CapabilityRequirement.NEVER_MET, false)))
			.guard(tool);
		assertThat(denied.call("{\"text\":\"x\"}")).startsWith("Error: ");
		assertThat(GuardedTools.RUNS).hasValue(0);
	}

	static class Administrating {

		@Tool(name = "administrate")
		@RequiresCapability("admin:documents")
		String run() {
			return GuardedTools.run();
		}

	}

	/**
	 * As Hibernate's collections, which only their session can fill.
	 */
	static class LazyBag<T> extends AbstractCollection<T> {

		@Override
		public Iterator<T> iterator() {
			throw new IllegalStateException("No session");
		}

		@Override
		public int size() {
			throw new IllegalStateException("No session");
		}

	}

	static class LazyList<T> extends ArrayList<T> {

		@Override
		public Iterator<T> iterator() {
			throw new IllegalStateException("No session");
		}

		@Override
		public void forEach(Consumer<? super T> action) {
			throw new IllegalStateException("No session");
		}

	}

	/**
	 * Changes the map that it is in each time it is looked at.
	 */
	static class Changing extends AbstractMap<String, Object> {

		private final Map<String, Object> map;

		Changing(Map<String, Object> map) {
			this.map = map;
		}

		@Override
		public Set<Entry<String, Object>> entrySet() {
			this.map.put("key " + this.map.size(), "value");
			return Set.of();
		}

	}

	static class Node<T extends Comparable<T>> {

		private final T value;

		private final List<T> values;

		Node(T value, List<T> values) {
			this.value = value;
			this.values = values;
		}

	}

	static class Assistant {

		private final ToolCallbackProvider provider;

		private final List<ToolCallback> tools;

		private final Map<String, ToolCallback> byName;

		Assistant(ToolCallbackProvider provider, List<ToolCallback> tools, Map<String, ToolCallback> byName) {
			this.provider = provider;
			this.tools = tools;
			this.byName = byName;
		}

	}

	static class Configured {

		private final String answer = "x";

		@Bean
		@RequiresCapability("admin:documents")
		ToolCallback administrating() {
			return ToolCallbacks.from(new Administrating())[0];
		}

		ToolCallback harmless() {
			return ShapedTools.function("harmless",
					(query) -> query.text().equals(this.answer) ? GuardedTools.run() : "");
		}

	}

	private static List<Object> late(ToolCallback tool, int index) {
		List<Object> list = new ArrayList<>();
		IntStream.range(0, index).forEach((i) -> list.add(new Order(i)));
		list.add(tool);
		return list;
	}

	@SuppressWarnings("unchecked")
	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler);
	}

	@SuppressWarnings("unchecked")
	private static Function<GuardedTools.Query, String> proxied(Function<GuardedTools.Query, String> function) {
		return proxy(Function.class, new Forwarding(function));
	}

	static class Forwarding implements InvocationHandler {

		private final Object target;

		Forwarding(Object target) {
			this.target = target;
		}

		@Override
		public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
			return method.invoke(this.target, args);
		}

	}

	static class Annotated {

		@Tool(name = "annotated")
		@RequiresCapability("read:documents")
		String run() {
			return GuardedTools.run();
		}

	}

	static class Order {

		private final Object id;

		Order(Object id) {
			this.id = id;
		}

	}

	static class Base {

	}

	static class $Function extends Base implements Function<GuardedTools.Query, String> {

		@Override
		@RequiresCapability("read:documents")
		public String apply(GuardedTools.Query query) {
			return GuardedTools.run();
		}

	}

	static class ToolList extends ArrayList<ToolCallback> {

	}

	static class Outer {

		private final ToolCallback tool;

		Outer(ToolCallback tool) {
			this.tool = tool;
		}

		ToolCallback inner() {
			return new Inner();
		}

		class Inner extends ShapedTools.Wrapper {

			Inner() {
				super("inner");
			}

			@Override
			ToolCallback delegate() {
				return Outer.this.tool;
			}

		}

	}

	record Branch(@Nullable Leaf leaf, ToolCallback tool) {
	}

	record Leaf(Branch branch) {
	}

	static class Pair<A, B> {

		private final A first;

		private final B second;

		Pair(A first, B second) {
			this.first = first;
			this.second = second;
		}

	}

	static class Registry {

		private final Map<String, ToolCallback> tools = new HashMap<>();

	}

	static class ArrayRegistry {

		private final ToolCallback[] tools;

		ArrayRegistry(ToolCallback tool) {
			this.tools = new ToolCallback[] { tool };
		}

	}

	static class SupplierRegistry {

		private final Supplier<ToolCallback> tool;

		SupplierRegistry(ToolCallback tool) {
			this.tool = () -> tool;
		}

	}

	static class OptionalRegistry {

		private final Optional<ToolCallback> tool;

		OptionalRegistry(ToolCallback tool) {
			this.tool = Optional.of(tool);
		}

	}

	static class OuterRegistry {

		private final ArrayRegistry inner;

		OuterRegistry(ToolCallback tool) {
			this.inner = new ArrayRegistry(tool);
		}

	}

	static class OwnList extends AbstractList<ToolCallback> {

		private final ToolCallback tool;

		OwnList(ToolCallback tool) {
			this.tool = tool;
		}

		@Override
		public ToolCallback get(int index) {
			return this.tool;
		}

		@Override
		public int size() {
			return 1;
		}

	}

	/**
	 * Runs what an object of any class has.
	 */
	static class Holding<T> extends ShapedTools.Wrapper {

		private final T held;

		private final Function<T, @Nullable ToolCallback> find;

		Holding(T held, Function<T, @Nullable ToolCallback> find) {
			super("holding");
			this.held = held;
			this.find = find;
		}

		@Override
		ToolCallback delegate() {
			return this.find.apply(this.held);
		}

	}

}
