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

package dev.lumoauth.spring.guard;

import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What gates may answer, and what they do wrong, on all ways of a call.
 */
class GatesOfACallTests {

	private static final String RAN = "ran";

	private static final Method METHOD = ReflectionUtils.findMethod(Supplier.class, "get");

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().grant("read:documents");

	private final CapabilityDecisions decisions = CapabilityDecisions.builder(this.lumoAuth).build();

	private final List<String> log = new CopyOnWriteArrayList<>();

	private final AtomicInteger runs = new AtomicInteger();

	private String code() {
		this.runs.incrementAndGet();
		return RAN;
	}

	private Guard guard(Gate<?>... gates) {
		return guard(null, gates);
	}

	private Guard guard(CallObservations observations, Gate<?>... gates) {
		GuardListener listener = (outcome) -> this.log.add("reported " + outcome.decision().code());
		return new Guard(() -> this.decisions, () -> () -> null, new GuardReports(() -> "agt", () -> List.of(listener)),
				observations, () -> List.of(gates));
	}

	private static GuardTerms terms(GuardTerm<?>... terms) {
		return Stream.of(terms).map(GuardTerms::of).reduce(GuardTerms.NONE, GuardTerms::and);
	}

	private static GuardTerms capability(GuardTerm<?>... others) {
		return new GuardTerms(CapabilityRequirement.of("read:documents"), false).and(terms(others));
	}

	private static GuardedCall call(GuardTerms terms) {
		return GuardedCall.ofMethod(METHOD, terms, "target", new Object());
	}

	private @Nullable Throwable refused(Way way, Guard guard, GuardTerms terms) {
		Throwable failure = catchThrowable(() -> way.run(guard, call(terms), this::code));
		assertThat(this.runs).hasValue(0);
		assertThat(failure).isNotNull();
		return failure;
	}

	@ParameterizedTest
	@EnumSource
	void asksAllGatesWhateverTheOrderOfTheTermsAndWithEqualOrders(Way way) {
		Guard guard = guard(new TestGate<>(Beta.class, 300, this.log), new TestGate<>(Alpha.class, 300, this.log));
		for (GuardTerms terms : List.of(capability(Alpha.ANY, Beta.ANY), capability(Beta.ANY, Alpha.ANY))) {
			assertThat(way.run(guard, call(terms), this::code)).isEqualTo(RAN);
			assertThat(this.log).containsExactlyInAnyOrder("Alpha asked", "Beta asked");
			this.log.clear();
		}
		assertThat(this.runs).hasValue(2);
	}

	@ParameterizedTest
	@EnumSource
	void runsNothingIfATermHasNoGate(Way way) {
		assertThat(refused(way, guard(new TestGate<>(Alpha.class, 300, this.log)), capability(Alpha.ANY, Beta.ANY)))
			.isInstanceOf(Refusal.class);
		assertThat(refused(way, guard(new TestGate<>(Beta.class, 300, this.log)), terms(new LikeBeta())))
			.isInstanceOf(Refusal.class);
		assertThat(this.log).containsOnly("reported unavailable").hasSize(2);
	}

	@ParameterizedTest
	@EnumSource
	void runsNothingIfAGateFails(Way way) {
		for (Throwable failure : List.of(new IllegalStateException("broken"), new AssertionError("broken"),
				new IOException("broken"), new CapabilityDeniedException(List.of("admin")),
				new NoPin("no_pin", "broken"))) {
			TestGate<Alpha> gate = new TestGate<>(Alpha.class, 300, this.log);
			gate.admission = (call) -> Guard.unchecked(() -> {
				throw failure;
			});
			Throwable thrown = refused(way, guard(gate), capability(Alpha.ANY));
			assertThat((thrown.getCause() != null) ? thrown.getCause() : thrown).isSameAs(failure);
			assertThat(refused(way, guard(gate), terms(Alpha.ANY))).isNotNull();
		}
	}

	@ParameterizedTest
	@EnumSource
	void runsNothingIfAGateAnswersNothing(Way way) {
		List<Function<GuardedCall, @Nullable Admission>> answers = List.of((call) -> null,
				(call) -> new Admission.Kept(null), (call) -> new Admission.Once(null),
				(call) -> new Admission.Later(null, null, null, null), (call) -> new Admission.Later(() -> null,
						Duration.ofMillis(1), new NoPin("no_pin", "wait"), (again) -> {
						}));
		for (Function<GuardedCall, @Nullable Admission> answer : answers) {
			TestGate<Alpha> gate = new TestGate<>(Alpha.class, 300, this.log);
			gate.admission = answer;
			assertThat(refused(way, guard(gate), capability(Alpha.ANY))).isNotNull();
		}
	}

	@ParameterizedTest
	@EnumSource
	void runsNothingIfAGateAnswersLaterForEver(Way way) {
		TestGate<Alpha> gate = new TestGate<>(Alpha.class, 300, this.log);
		NoPin refusal = new NoPin("pending", "wait");
		List<Action<?, Throwable>> again = new ArrayList<>();
		gate.admission = (call) -> new Admission.Later(() -> CompletableFuture.completedFuture(true),
				Duration.ofSeconds(10), refusal, again::add);
		assertThat(refused(way, guard(gate), capability(Alpha.ANY))).isSameAs(refusal);
		assertThat(this.log).containsExactly("Alpha asked", "Alpha asked", "reported pending");
		assertThat(again).hasSize(1);
		// Made again, the call is decided again.
		assertThat(catchThrowable(() -> made(again.get(0).run()))).isSameAs(refusal);
		this.lumoAuth.deny("read:documents");
		this.decisions.invalidate();
		assertThat(catchThrowable(() -> made(again.get(0).run()))).isInstanceOf(CapabilityDeniedException.class);
		assertThat(this.runs).hasValue(0);
	}

	@ParameterizedTest
	@EnumSource
	void runsNothingIfNobodyDecides(Way way) {
		TestGate<Alpha> gate = new TestGate<>(Alpha.class, 300, this.log);
		NoPin refusal = new NoPin("pending", "wait");
		List<Action<?, Throwable>> again = new ArrayList<>();
		for (CompletableFuture<?> decision : List.of(new CompletableFuture<>(),
				CompletableFuture.failedFuture(new IllegalStateException("broken")))) {
			gate.admission = (call) -> new Admission.Later(() -> decision, Duration.ofMillis(5), refusal, again::add);
			assertThat(refused(way, guard(gate), capability(Alpha.ANY))).isSameAs(refusal);
			assertThat(decision).isDone();
		}
		assertThat(again).hasSize(2);
	}

	@ParameterizedTest
	@EnumSource
	void reportsAFailureToReadTheDecision(Way way) {
		TestGate<Alpha> gate = new TestGate<>(Alpha.class, 300, this.log);
		RuntimeException failure = new LumoAuthUnavailableException("The store is down", null);
		gate.admission = (call) -> new Admission.Later(() -> {
			throw failure;
		}, Duration.ofSeconds(10), new NoPin("pending", "wait"), (again) -> {
		});
		assertThat(refused(way, guard(gate), terms(Alpha.ANY))).isSameAs(failure);
		gate.admission = (call) -> new Admission.Later(CompletableFuture::new, Duration.ZERO,
				new NoPin("pending", "wait"), (again) -> {
					throw failure;
				});
		assertThat(refused(way, guard(gate), terms(Alpha.ANY))).isSameAs(failure);
		assertThat(this.log).containsExactly("Alpha asked", "reported unavailable", "Alpha asked",
				"reported unavailable");
	}

	@ParameterizedTest
	@EnumSource
	void curesOnlyTheRefusalOfTheCapability(Way way) {
		TestGate<Alpha> refusing = new TestGate<>(Alpha.class, 50, this.log);
		TestGate<Beta> curing = new TestGate<>(Beta.class, 300, this.log);
		curing.cure = Admission.FREE;
		Guard guard = guard(refusing, curing);
		this.lumoAuth.deny("read:documents");
		assertThat(way.run(guard, call(capability(Beta.ANY)), this::code)).isEqualTo(RAN);
		this.runs.set(0);
		refusing.admission = (call) -> {
			throw new CapabilityDeniedException(List.of("admin"));
		};
		assertThat(refused(way, guard, terms(Alpha.ANY, Beta.ANY))).isInstanceOf(CapabilityDeniedException.class);
		assertThat(refused(way, guard, capability(Alpha.ANY, Beta.ANY))).isInstanceOf(CapabilityDeniedException.class);
		// And an outage is not a denial.
		this.lumoAuth.fail(new LumoAuthUnavailableException("down", null));
		this.decisions.invalidate();
		assertThat(refused(way, guard, capability(Beta.ANY))).isInstanceOf(LumoAuthUnavailableException.class);
		this.lumoAuth.recover();
		curing.cure = null;
		assertThat(refused(way, guard, capability(Beta.ANY))).isInstanceOf(CapabilityDeniedException.class);
	}

	/** Most calls need a capability alone. */
	@ParameterizedTest
	@EnumSource
	void asksEachGateThatHasASayInACallThatNeedsACapabilityAlone(Way way) {
		TestGate<CapabilityTerm> own = new TestGate<>(CapabilityTerm.class, 300, this.log);
		assertThat(way.run(guard(own), call(capability()), this::code)).isEqualTo(RAN);
		assertThat(this.log).containsExactly("CapabilityTerm asked");
		this.runs.set(0);
		own.admission = (call) -> {
			throw new NoPin("no_pin", "not at night");
		};
		assertThat(refused(way, guard(own), capability())).hasMessage("not at night");
		TestGate<Beta> curing = new TestGate<>(Beta.class, 300, this.log);
		curing.cure = Admission.FREE;
		this.lumoAuth.deny("read:documents");
		assertThat(way.run(guard(curing), call(capability()), this::code)).isEqualTo(RAN);
	}

	@ParameterizedTest
	@EnumSource
	void aCureOfTheToolCountsForTheCallThatItMakes(Way way) {
		TestGate<Beta> curing = new TestGate<>(Beta.class, 300, this.log);
		curing.cure = Admission.FREE;
		Guard guard = guard(curing);
		GuardTerms terms = capability(Beta.ANY);
		this.lumoAuth.deny("read:documents");
		assertThat(tool(guard, terms, () -> way.run(guard, call(terms), this::code))).isEqualTo(RAN);
		assertThat(this.log).containsOnlyOnce("Beta cures");
	}

	/** As a retry around the guard makes it. */
	@ParameterizedTest
	@EnumSource
	void aCureOfTheToolDoesNotCountForTheSameCallMadeAgain(Way way) {
		TestGate<Beta> curing = new TestGate<>(Beta.class, 300, this.log);
		curing.cure = Admission.FREE;
		Guard guard = guard(curing);
		GuardTerms terms = capability(Beta.ANY);
		this.lumoAuth.deny("read:documents");
		tool(guard, terms, () -> {
			GuardedCall call = call(terms);
			way.run(guard, call, this::code);
			assertThat(this.log).containsOnlyOnce("Beta cures");
			this.log.clear();
			return way.run(guard, call, this::code);
		});
		assertThat(this.log).containsOnlyOnce("Beta cures");
	}

	/**
	 * A call on this thread is the same call as that of the tool. A publisher is
	 * subscribed to later.
	 */
	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BLOCKING")
	void anAllowOfTheToolIsNoCureOfTheCallThatItMakes(Way way) {
		TestGate<Beta> curing = new TestGate<>(Beta.class, 300, this.log);
		curing.cure = Admission.FREE;
		Guard guard = guard(curing);
		GuardTerms terms = capability(Beta.ANY);
		Throwable failure = catchThrowable(() -> tool(guard, terms, () -> {
			this.lumoAuth.deny("read:documents");
			this.decisions.invalidate();
			return way.run(guard, call(terms), this::code);
		}));
		assertThat(failure).isInstanceOf(CapabilityDeniedException.class);
		assertThat(this.runs).hasValue(0);
	}

	private static String tool(Guard guard, GuardTerms terms, Supplier<String> code) {
		return guard.call(GuardedCall.ofTool("tool", terms, METHOD, "target"), code::get);
	}

	@ParameterizedTest
	@EnumSource
	void aTicketEndsOnceWhateverFails(Way way) {
		TestGate<Alpha> gate = new TestGate<>(Alpha.class, 300, this.log);
		TestRun run = new TestRun(this.log);
		gate.admission = (call) -> new Admission.Once(() -> run);
		Guard guard = guard(gate);
		assertThat(way.run(guard, call(terms(Alpha.ANY)), this::code)).isEqualTo(RAN);
		assertThat(this.log).containsExactly("Alpha asked", "done");
		this.log.clear();
		assertThat(catchThrowable(() -> way.run(guard, call(terms(Alpha.ANY)), () -> {
			throw new IllegalStateException("own failure");
		}))).hasMessage("own failure");
		assertThat(this.log).containsExactly("Alpha asked", "failed");
		this.log.clear();
		this.runs.set(0);
		run.failsToEnter = true;
		assertThat(refused(way, guard, terms(Alpha.ANY))).hasMessage("no context");
		assertThat(this.log).containsExactly("Alpha asked", "failed");
	}

	@ParameterizedTest
	@EnumSource
	void theOuterTicketEndsIfTheInnerOneCannotBegin(Way way) {
		TestGate<Alpha> outer = new TestGate<>(Alpha.class, 300, this.log);
		TestGate<Beta> inner = new TestGate<>(Beta.class, 301, this.log);
		outer.admission = (call) -> new Admission.Once(() -> new TestRun(this.log));
		inner.admission = (call) -> new Admission.Once(() -> {
			throw new NoPin("used", "used up");
		});
		assertThat(refused(way, guard(outer, inner), terms(Alpha.ANY, Beta.ANY))).hasMessage("used up");
		assertThat(this.log).containsExactly("Alpha asked", "Beta asked", "reported used", "failed");
	}

	@ParameterizedTest
	@EnumSource
	void aModelReadsTheWordsOfARefusalAndNothingElse(Way way) {
		TestGate<Alpha> gate = new TestGate<>(Alpha.class, 300, this.log);
		for (RuntimeException worded : List.of(new IllegalStateException("https://internal"),
				new NoPin("no_pin", "https://internal"), new NoPin("other", "Error: enter the PIN."),
				new IllegalStateException("Error: enter the PIN."))) {
			NoPin refusal = new NoPin("no_pin", "https://internal");
			refusal.worded = worded;
			gate.admission = (call) -> {
				throw refusal;
			};
			assertThat(refused(way, guard(gate), terms(Alpha.ANY))).isSameAs(refusal);
			Throwable read = Guard.inToolCall(() -> refused(way, guard(gate), terms(Alpha.ANY)));
			assertThat(read).hasMessage("Error: enter the PIN.").hasNoCause().isInstanceOf(Refusal.class);
			assertThat(((Refusal) read).code()).isEqualTo("no_pin");
			assertThat(((Refusal) read).modelText()).isEqualTo("Error: enter the PIN.");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aRefusalIsNoAllowWhateverItsCode(Way way) {
		TestGate<Alpha> gate = new TestGate<>(Alpha.class, 300, this.log);
		gate.admission = (call) -> {
			throw new NoPin("allow", "no");
		};
		refused(way, guard(gate), terms(Alpha.ANY));
		assertThat(this.log).containsExactly("Alpha asked", "reported deny");
	}

	@ParameterizedTest
	@EnumSource
	void anObservationThatFailsChangesNothing(Way way) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new FailingHandler(this.log));
		Guard guard = guard(observations(registry));
		assertThat(way.run(guard, call(GuardTerms.NONE), this::code)).isEqualTo(RAN);
		assertThat(this.log).contains("stopped");
		this.log.clear();
		this.runs.set(0);
		assertThat(refused(way, guard, new GuardTerms(CapabilityRequirement.NEVER_MET, false)))
			.isInstanceOf(CapabilityDeniedException.class);
		assertThat(this.log).contains("reported deny", "stopped");
		// The failure has left the scope open.
		registry.setCurrentObservationScope(null);
	}

	private static @Nullable Object made(@Nullable Object result) {
		if (result instanceof Mono<?> mono) {
			return mono.block();
		}
		return (result instanceof Flux<?> flux) ? flux.blockLast() : result;
	}

	enum Way {

		BLOCKING {
			@Override
			String run(Guard guard, GuardedCall call, Supplier<String> code) {
				return guard.call(call, code::get);
			}
		},

		MONO {
			@Override
			String run(Guard guard, GuardedCall call, Supplier<String> code) {
				return Mono.from(guard.defer(call).publisher(() -> Mono.fromSupplier(code), false)).block();
			}
		},

		FLUX {
			@Override
			String run(Guard guard, GuardedCall call, Supplier<String> code) {
				return Flux.from(guard.defer(call).publisher(() -> Flux.defer(() -> Flux.just(code.get())), true))
					.blockLast();
			}
		};

		abstract String run(Guard guard, GuardedCall call, Supplier<String> code);

	}

	private static final class Alpha implements GuardTerm<Alpha> {

		private static final Alpha ANY = new Alpha();

		@Override
		public Alpha and(Alpha other) {
			return this;
		}

		@Override
		public boolean includes(Alpha other) {
			return true;
		}

		@Override
		public String code() {
			return "alpha";
		}

	}

	private static class Beta implements GuardTerm<Beta> {

		private static final Beta ANY = new Beta();

		@Override
		public Beta and(Beta other) {
			return this;
		}

		@Override
		public boolean includes(Beta other) {
			return true;
		}

		@Override
		public String code() {
			return "beta";
		}

		@Override
		public boolean isForOneCall() {
			return true;
		}

	}

	private static final class LikeBeta extends Beta {

	}

	private static final class TestGate<T extends GuardTerm<T>> implements Gate<T> {

		private final Class<T> term;

		private final int order;

		private final List<String> log;

		private Function<GuardedCall, @Nullable Admission> admission = (call) -> Admission.FREE;

		private @Nullable Admission cure;

		private TestGate(Class<T> term, int order, List<String> log) {
			this.term = term;
			this.order = order;
			this.log = log;
		}

		@Override
		public Class<T> term() {
			return this.term;
		}

		@Override
		public int order() {
			return this.order;
		}

		@Override
		public Admission admit(GuardedCall call, T term) {
			this.log.add(this.term.getSimpleName() + " asked");
			return this.admission.apply(call);
		}

		@Override
		public boolean mayCure(GuardTerms terms) {
			return this.cure != null;
		}

		@Override
		public @Nullable Admission cure(GuardedCall call, Refusal refusal) {
			this.log.add(this.term.getSimpleName() + " cures");
			return this.cure;
		}

	}

	private static final class TestRun implements Ticket.Run {

		private final List<String> log;

		private boolean failsToEnter;

		private TestRun(List<String> log) {
			this.log = log;
		}

		@Override
		public CallContext in(CallContext context) {
			if (this.failsToEnter) {
				throw new IllegalStateException("no context");
			}
			return context;
		}

		@Override
		public void done(@Nullable String result) {
			this.log.add("done");
		}

		@Override
		public void failed() {
			this.log.add("failed");
		}

	}

	private static final class NoPin extends RuntimeException implements Refusal {

		private final String code;

		private RuntimeException worded = this;

		private NoPin(String code, String message) {
			super(message);
			this.code = code;
		}

		@Override
		public String code() {
			return this.code;
		}

		@Override
		public String modelText() {
			return "Error: enter the PIN.";
		}

		@Override
		public RuntimeException inWordsForModel() {
			return this.worded;
		}

	}

	private record FailingHandler(List<String> log) implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onScopeClosed(Observation.Context context) {
			throw new IllegalStateException("scope");
		}

		@Override
		public void onError(Observation.Context context) {
			throw new IllegalStateException("error");
		}

		@Override
		public void onStop(Observation.Context context) {
			this.log.add("stopped");
			throw new IllegalStateException("stop");
		}

	}

	private static CallObservations observations(ObservationRegistry registry) {
		return new CallObservations(() -> registry, new ObservationConvention<GuardedCallContext>() {

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

			@Override
			public String getName() {
				return "test";
			}

		});
	}

}
