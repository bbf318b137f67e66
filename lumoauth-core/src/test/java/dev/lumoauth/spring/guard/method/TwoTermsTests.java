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

package dev.lumoauth.spring.guard.method;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.Admission;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.GuardedCall;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Code that needs a capability and something of another module, wherever the two
 * annotations are: it never runs with one of them alone.
 */
class TwoTermsTests {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource();

	private final Set<String> stamps = new ConcurrentSkipListSet<>();

	@Test
	void neverRunsWithOneOfThemAlone() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			CapabilityDecisions decisions = CapabilityDecisions.builder(this.lumoAuth).build();
			context.registerBean(CapabilityDecisions.class, () -> decisions);
			context.registerBean(GateSource.class, () -> () -> List.of(new StampGate(this.stamps)));
			context.register(Shapes.class);
			context.refresh();
			Map<String, Callable<?>> calls = context.getBean(Calls.class).all();
			for (Map.Entry<String, Callable<?>> call : calls.entrySet()) {
				String shape = call.getKey();
				set(decisions, false, false);
				assertRefused(shape, call.getValue());
				set(decisions, true, false);
				assertRefused(shape, call.getValue());
				set(decisions, false, true);
				assertRefused(shape, call.getValue());
				set(decisions, true, true);
				RUNS.set(0);
				assertThat(catchThrowable(() -> call.getValue().call())).as(shape).isNull();
				assertThat(RUNS).as(shape).hasValue(1);
			}
			assertThat(calls).hasSizeGreaterThan(15);
		}
	}

	private void set(CapabilityDecisions decisions, boolean capability, boolean stamp) {
		if (capability) {
			this.lumoAuth.grant("a");
		}
		else {
			this.lumoAuth.deny("a");
		}
		decisions.invalidate();
		this.stamps.clear();
		if (stamp) {
			this.stamps.add("red");
		}
	}

	private static void assertRefused(String shape, Callable<?> call) {
		RUNS.set(0);
		assertThat(catchThrowable(call::call)).as(shape).isNotNull();
		assertThat(RUNS).as(shape).hasValue(0);
	}

	private static String run() {
		RUNS.incrementAndGet();
		return "ran";
	}

	private record StampGate(Set<String> stamps) implements Gate<StampReader.Stamp> {

		@Override
		public Class<StampReader.Stamp> term() {
			return StampReader.Stamp.class;
		}

		@Override
		public int order() {
			return CAPABILITY;
		}

		@Override
		public Admission admit(GuardedCall call, StampReader.Stamp term) {
			if (!this.stamps.containsAll(term.colours())) {
				throw new LumoAuthUnavailableException("no stamp", null);
			}
			return Admission.FREE;
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Stamped
	@RequiresCapability("")
	@interface StampedCapability {

		@AliasFor(annotation = RequiresCapability.class, attribute = "value")
		String[] capability();

		@AliasFor(annotation = Stamped.class, attribute = "value")
		String stamp() default "blue";

	}

	static class Methods {

		@RequiresCapability("a")
		@Stamped
		public String capabilityFirst() {
			return run();
		}

		@Stamped
		@RequiresCapability("a")
		public String stampFirst() {
			return run();
		}

		@StampedCapability(capability = "a", stamp = "red")
		public String composed() {
			return run();
		}

		@Stamped
		@RequiresCapability("a")
		public Mono<String> mono() {
			return Mono.fromSupplier(TwoTermsTests::run);
		}

		@Stamped
		@RequiresCapability("a")
		public Flux<String> flux() {
			return Flux.defer(() -> Flux.just(run()));
		}

		@Stamped
		@RequiresCapability("a")
		public CompletableFuture<String> future() {
			return CompletableFuture.completedFuture(run());
		}

	}

	@Stamped
	static class OnType {

		@RequiresCapability("a")
		public String run() {
			return TwoTermsTests.run();
		}

	}

	@RequiresCapability("a")
	static class Below extends OnType {

		@Override
		public String run() {
			return TwoTermsTests.run();
		}

	}

	static class Overriding extends Methods {

		@Override
		public String stampFirst() {
			return run();
		}

		@Override
		@RequiresCapability("a")
		public String composed() {
			return run();
		}

	}

	interface Provided {

		@Stamped
		default String provided() {
			return run();
		}

	}

	@RequiresCapability("a")
	static class Providing implements Provided {

	}

	interface Handler<T> {

		@Stamped
		String handle(T argument);

	}

	static class StringHandler implements Handler<String> {

		@Override
		@RequiresCapability("a")
		public String handle(String argument) {
			return run();
		}

	}

	abstract static class GenericBase<T> {

		@RequiresCapability("a")
		public T make(T argument) {
			run();
			return argument;
		}

	}

	static class Specific extends GenericBase<String> implements Maker<String> {

	}

	interface Maker<T> {

		@Stamped
		T make(T argument);

	}

	@Stamped
	@FunctionalInterface
	interface OnInterface {

		String run();

	}

	static class PlainRun {

		public String run() {
			return TwoTermsTests.run();
		}

	}

	static class Mixed extends PlainRun implements OnInterface {

		@Override
		@RequiresCapability("a")
		public String run() {
			return super.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ MethodGuardConfiguration.class, Methods.class, Below.class, Overriding.class, Providing.class,
			StringHandler.class, Specific.class, Mixed.class, Calls.class })
	static class Shapes {

		@Bean
		@Stamped
		@RequiresCapability("a")
		Function<String, String> function() {
			return (text) -> run();
		}

		@Bean
		@RequiresCapability("a")
		OnInterface lambda() {
			return TwoTermsTests::run;
		}

		@Bean
		@StampedCapability(capability = "a", stamp = "red")
		PlainRun plain() {
			return new PlainRun();
		}

		@Bean
		@Stamped
		Handler<Integer> integers() {
			return new Handler<>() {

				@Override
				@RequiresCapability("a")
				public String handle(Integer argument) {
					return run();
				}

			};
		}

	}

	static class Calls {

		@Autowired
		private Map<String, Methods> methods;

		@Autowired
		private Below below;

		@Autowired
		private Provided provided;

		@Autowired
		private Handler<String> handler;

		@Autowired
		private Handler<Integer> integers;

		@Autowired
		private Specific specific;

		@Autowired
		private Mixed mixed;

		@Autowired
		private Map<String, OnInterface> interfaces;

		@Autowired
		private Map<String, PlainRun> plain;

		@Autowired
		private Function<String, String> function;

		Map<String, Callable<?>> all() {
			Map<String, Callable<?>> calls = new LinkedHashMap<>();
			this.methods.forEach((name, bean) -> {
				calls.put(name + ".capabilityFirst", bean::capabilityFirst);
				calls.put(name + ".stampFirst", bean::stampFirst);
				calls.put(name + ".composed", bean::composed);
				calls.put(name + ".mono", () -> bean.mono().block());
				calls.put(name + ".flux", () -> bean.flux().blockLast());
				calls.put(name + ".future", () -> bean.future().get());
			});
			calls.put("below", this.below::run);
			calls.put("below as its superclass", ((OnType) this.below)::run);
			calls.put("provided", this.provided::provided);
			calls.put("handler", () -> this.handler.handle("a"));
			calls.put("integers", () -> this.integers.handle(1));
			calls.put("specific", () -> this.specific.make("a"));
			calls.put("specific by a bridge", () -> ((Maker<String>) this.specific).make("a"));
			calls.put("mixed", this.mixed::run);
			this.interfaces.forEach((name, bean) -> calls.put("interface " + name, bean::run));
			this.plain.forEach((name, bean) -> calls.put("plain " + name, bean::run));
			calls.put("function", () -> this.function.apply("a"));
			calls.put("function and then", () -> this.function.andThen((text) -> text).apply("a"));
			return calls;
		}

	}

}
