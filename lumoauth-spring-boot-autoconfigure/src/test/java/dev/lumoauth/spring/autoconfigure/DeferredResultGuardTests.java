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

package dev.lumoauth.spring.autoconfigure;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import org.aopalliance.intercept.MethodInterceptor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Work that a guarded method leaves for later: a publisher is checked again when somebody
 * subscribes; other code is refused.
 */
class DeferredResultGuardTests {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(this.lumoAuth));

	@BeforeEach
	void reset() {
		RUNS.set(0);
	}

	private static String run() {
		RUNS.incrementAndGet();
		return "ran";
	}

	@ParameterizedTest
	@EnumSource(Later.class)
	void checksAgainWhatHasNotRun(Later later) {
		this.runner.withUserConfiguration(Beans.class).run((context) -> {
			assertThat(context).hasNotFailed();
			this.lumoAuth.grant("a");
			Supplier<Object> code = later.bind.apply(new Beans.Access(context));
			assertThat(RUNS).hasValue(0);
			revoke(context.getBean(CapabilityDecisions.class));
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(code::get);
			assertThat(RUNS).hasValue(0);
			this.lumoAuth.grant("a");
			context.getBean(CapabilityDecisions.class).invalidate();
			assertThat(later.bind.apply(new Beans.Access(context)).get()).isEqualTo("ran");
			assertThat(RUNS).hasValue(1);
		});
	}

	private void revoke(CapabilityDecisions decisions) {
		this.lumoAuth.deny("a");
		decisions.invalidate();
	}

	@Test
	void leavesWhatRunsAlreadyAndData() {
		this.runner.withUserConfiguration(Beans.class).run((context) -> {
			this.lumoAuth.grant("a");
			Tools tools = context.getBean(Tools.class);
			CompletableFuture<String> running = tools.running();
			Future<String> submitted = tools.submitted();
			List<String> data = tools.data();
			Object object = tools.object();
			revoke(context.getBean(CapabilityDecisions.class));
			assertThat(running.join()).isEqualTo("ran");
			assertThat(submitted.get(1, TimeUnit.MINUTES)).isEqualTo("ran");
			assertThat(data).containsExactly("ran");
			assertThat(object).isInstanceOf(Data.class);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { ReturnsConnectable.class, ReturnsFutureTask.class, ReturnsForkJoinTask.class,
			ReturnsListOfMono.class, ReturnsOptionalSupplier.class, ReturnsMapOfCallable.class,
			ReturnsArrayOfSupplier.class, ReturnsMonoOfFlux.class, ReturnsTool.class, ReturnsToolsInAMap.class,
			ReturnsThread.class, ReturnsSupplier.class, ReturnsCallable.class, ReturnsFunction.class,
			ReturnsOwnFunction.class, ReturnsNamedFunction.class, ReturnsIterator.class, ReturnsStream.class,
			ReturnsIntStream.class, ReturnsLazyFuture.class, ReturnsStreamedBody.class, ReturnsByInterface.class })
	void refusesToStartWhereTheTypeShowsWhatCannotBeChecked(Class<?> type) {
		this.runner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("run of class " + type.getName()));
	}

	@Test
	void refusesAResultThatCannotBeCheckedWhereTheTypeDoesNotShowIt() {
		this.runner.withUserConfiguration(Beans.class).run((context) -> {
			this.lumoAuth.grant("a");
			Tools tools = context.getBean(Tools.class);
			Supplier<String> supplier = () -> run();
			for (Object later : List.of(supplier, new Work(), new LazyFuture(), Stream.generate(supplier),
					IntStream.of(1), Stream.generate(supplier).iterator(), Stream.generate(supplier).spliterator())) {
				refuses(() -> tools.asObject(later));
			}
			refuses(tools::hiddenTool);
			refuses(tools::hiddenInTypedObject);
			refuses(tools::future);
			refuses(context.getBean("nested", Supplier.class)::get);
			refuses(context.getBean(Jobs.class)::next);
			assertThat(RUNS).hasValue(0);
		});
	}

	private static void refuses(ThrowingCallable call) {
		assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(call)
			.withMessageContaining(", which runs later, without a check.");
	}

	@Test
	void leavesTheElementsOfAListOfData() {
		this.runner.withUserConfiguration(Beans.class).run((context) -> {
			List<?> list = context.getBean("list", List.class);
			this.lumoAuth.deny("a");
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(list::iterator);
			this.lumoAuth.grant("a");
			context.getBean(CapabilityDecisions.class).invalidate();
			assertThat(list.iterator().next()).isEqualTo("data");
			assertThat(list.stream().toList()).isEqualTo(List.of("data"));
		});
	}

	@Test
	void keepsOtherAdviceAroundAMethodThatMakesAFunction() {
		this.runner.withUserConfiguration(WithAdvice.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> context.getBean(Reports.class).reader());
		});
	}

	enum Later {

		MONO((beans) -> beans.tools().mono()::block),

		FLUX((beans) -> beans.tools().flux()::blockLast),

		MONO_AS_OBJECT((beans) -> ((Mono<?>) beans.tools().asObject(Mono.fromSupplier(() -> run())))::block),

		FLUX_AS_OBJECT((beans) -> ((Flux<?>) beans.tools().asObject(Flux.defer(() -> Flux.just(run()))))::blockLast),

		CONNECTABLE_AS_OBJECT((beans) -> ((Flux<?>) beans.tools()
			.asObject(Flux.defer(() -> Flux.just(run())).publish().refCount()))::blockLast),

		FUNCTION_BEAN_COMPOSED((beans) -> {
			Function<String, String> function = beans.function().andThen((text) -> text);
			return () -> function.apply("x");
		}),

		FUNCTION_BEAN_OF_A_CLASS_COMPOSED((beans) -> {
			Function<String, String> function = beans.annotated().compose((text) -> text);
			return () -> function.apply("x");
		}),

		SUPPLIER_BEAN_OF_A_FLUX((beans) -> beans.fluxSupplier().get()::blockLast),

		FUNCTION_BEAN_OVER_A_FLUX((beans) -> beans.fluxFunction().apply(Flux.just("x"))::blockLast);

		private final Function<Beans.Access, Supplier<Object>> bind;

		Later(Function<Beans.Access, Supplier<Object>> bind) {
			this.bind = bind;
		}

	}

	static class Work implements Callable<String> {

		@Override
		public String call() {
			return run();
		}

	}

	/**
	 * Runs when somebody asks for the result.
	 */
	static class LazyFuture implements Future<String> {

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			return false;
		}

		@Override
		public boolean isCancelled() {
			return false;
		}

		@Override
		public boolean isDone() {
			return false;
		}

		@Override
		public String get() {
			return run();
		}

		@Override
		public String get(long timeout, TimeUnit unit) {
			return run();
		}

	}

	static class Data {

	}

	interface Reports {

		String read();

		default Supplier<String> reader() {
			return this::read;
		}

	}

	static class AnnotatedReports implements Reports {

		@Override
		@RequiresCapability("a")
		public String read() {
			return run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithAdvice {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static Advisor advice() {
			NameMatchMethodPointcut reader = new NameMatchMethodPointcut();
			reader.setMappedName("reader");
			return new DefaultPointcutAdvisor(reader, (MethodInterceptor) (invocation) -> {
				throw new AccessDeniedException("not this user");
			});
		}

		@Bean
		AnnotatedReports reports() {
			return new AnnotatedReports();
		}

	}

	static class Jobs {

		public Job next() {
			return new Job();
		}

	}

	record Job() implements Callable<String> {

		@Override
		public String call() {
			return run();
		}

	}

	static class Tools {

		@RequiresCapability("a")
		public Mono<String> mono() {
			return Mono.fromSupplier(() -> run());
		}

		@RequiresCapability("a")
		public Flux<String> flux() {
			return Flux.defer(() -> Flux.just(run()));
		}

		@RequiresCapability("a")
		public Object asObject(Object result) {
			return result;
		}

		@RequiresCapability("a")
		public Future<String> future() {
			return new LazyFuture();
		}

		@RequiresCapability("a")
		public CompletableFuture<String> running() {
			return CompletableFuture.completedFuture(run());
		}

		@RequiresCapability("a")
		public Future<String> submitted() {
			FutureTask<String> task = new FutureTask<>(() -> run());
			new Thread(task).start();
			return task;
		}

		@RequiresCapability("a")
		public List<String> data() {
			return List.of(run());
		}

		@RequiresCapability("a")
		public Object object() {
			return new Data();
		}

		@RequiresCapability("a")
		public Object hiddenTool() {
			return FunctionToolCallback.builder("hidden", () -> run()).build();
		}

		@RequiresCapability("a")
		public Typed hiddenInTypedObject() {
			return new Deferred();
		}

	}

	static class Typed {

	}

	static class Deferred extends Typed implements Supplier<String> {

		@Override
		public String get() {
			return run();
		}

	}

	static class ReturnsSupplier {

		@RequiresCapability("a")
		public Supplier<String> run() {
			return () -> "x";
		}

	}

	static class ReturnsCallable {

		@RequiresCapability("a")
		public Callable<String> run() {
			return () -> "x";
		}

	}

	static class ReturnsFunction {

		@RequiresCapability("a")
		public Function<String, String> run() {
			return (text) -> text;
		}

	}

	static class ReturnsOwnFunction {

		@RequiresCapability("a")
		public OwnFunction run() {
			return () -> "x";
		}

	}

	static class ReturnsNamedFunction {

		@RequiresCapability("a")
		public Work run() {
			return new Work();
		}

	}

	static class ReturnsIterator {

		@RequiresCapability("a")
		public Iterator<String> run() {
			return List.of("x").iterator();
		}

	}

	static class ReturnsStream {

		@RequiresCapability("a")
		public Stream<String> run() {
			return Stream.of("x");
		}

	}

	static class ReturnsIntStream {

		@RequiresCapability("a")
		public IntStream run() {
			return IntStream.of(1);
		}

	}

	static class ReturnsLazyFuture {

		@RequiresCapability("a")
		public LazyFuture run() {
			return new LazyFuture();
		}

	}

	static class ReturnsStreamedBody {

		@RequiresCapability("a")
		public StreamingResponseBody run() {
			return (out) -> out.write(1);
		}

	}

	@FunctionalInterface
	interface OwnFunction {

		String get();

	}

	interface Lines<T> {

		T run();

	}

	@RequiresCapability("a")
	static class ReturnsByInterface implements Lines<Stream<String>> {

		@Override
		public Stream<String> run() {
			return Stream.of("x");
		}

	}

	static class ReturnsConnectable {

		@RequiresCapability("a")
		public ConnectableFlux<String> run() {
			return Flux.just("x").publish();
		}

	}

	static class ReturnsFutureTask {

		@RequiresCapability("a")
		public FutureTask<String> run() {
			return new FutureTask<>(() -> "x");
		}

	}

	static class ReturnsForkJoinTask {

		@RequiresCapability("a")
		public ForkJoinTask<String> run() {
			return ForkJoinTask.adapt(() -> "x");
		}

	}

	static class ReturnsListOfMono {

		@RequiresCapability("a")
		public List<Mono<String>> run() {
			return List.of();
		}

	}

	static class ReturnsOptionalSupplier {

		@RequiresCapability("a")
		public Optional<Supplier<String>> run() {
			return Optional.empty();
		}

	}

	static class ReturnsMapOfCallable {

		@RequiresCapability("a")
		public Map<String, Callable<String>> run() {
			return Map.of();
		}

	}

	static class ReturnsArrayOfSupplier {

		@RequiresCapability("a")
		public Supplier<?>[] run() {
			return new Supplier<?>[0];
		}

	}

	static class ReturnsMonoOfFlux {

		@RequiresCapability("a")
		public Mono<Flux<String>> run() {
			return Mono.empty();
		}

	}

	static class ReturnsTool {

		@RequiresCapability("a")
		public ToolCallback run() {
			return FunctionToolCallback.builder("tool", () -> "x").build();
		}

	}

	static class ReturnsToolsInAMap {

		@RequiresCapability("a")
		public Map<String, List<ToolCallback>> run() {
			return Map.of();
		}

	}

	static class ReturnsThread {

		@RequiresCapability("a")
		public Thread run() {
			return Thread.currentThread();
		}

	}

	@RequiresCapability("a")
	static class AnnotatedFunction implements Function<String, String> {

		@Override
		public String apply(String text) {
			return DeferredResultGuardTests.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Tools tools() {
			return new Tools();
		}

		@Bean
		AnnotatedFunction annotated() {
			return new AnnotatedFunction();
		}

		@Bean
		@RequiresCapability("a")
		Function<String, String> function() {
			return (text) -> DeferredResultGuardTests.run();
		}

		@Bean
		@RequiresCapability("a")
		Supplier<Supplier<String>> nested() {
			return () -> () -> DeferredResultGuardTests.run();
		}

		@Bean
		@RequiresCapability("a")
		Jobs jobs() {
			return new Jobs();
		}

		@Bean
		@RequiresCapability("a")
		List<String> list() {
			return List.of("data");
		}

		@Bean
		@RequiresCapability("a")
		Supplier<Flux<String>> fluxSupplier() {
			return () -> Flux.defer(() -> Flux.just(DeferredResultGuardTests.run()));
		}

		@Bean
		@RequiresCapability("a")
		Function<Flux<String>, Flux<String>> fluxFunction() {
			return (flux) -> flux.map((text) -> DeferredResultGuardTests.run());
		}

		record Access(ApplicationContext context) {

			Tools tools() {
				return this.context.getBean(Tools.class);
			}

			AnnotatedFunction annotated() {
				return this.context.getBean(AnnotatedFunction.class);
			}

			@SuppressWarnings("unchecked")
			Function<String, String> function() {
				return (Function<String, String>) this.context.getBean("function");
			}

			@SuppressWarnings("unchecked")
			Supplier<Flux<String>> fluxSupplier() {
				return (Supplier<Flux<String>>) this.context.getBean("fluxSupplier");
			}

			@SuppressWarnings("unchecked")
			Function<Flux<String>, Flux<String>> fluxFunction() {
				return (Function<Flux<String>, Flux<String>>) this.context.getBean("fluxFunction");
			}

		}

	}

}
