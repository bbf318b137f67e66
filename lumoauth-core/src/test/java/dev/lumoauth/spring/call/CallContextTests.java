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

package dev.lumoauth.spring.call;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import dev.lumoauth.spring.user.UserScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Where a fact about a call counts, and where it doesn't.
 */
class CallContextTests {

	private static final CallContext.Key<String> HERE = new CallContext.Key<>("here");

	private static final CallContext.Key<String> EVERYWHERE = CallContext.Key.passedOn("everywhere");

	private static final CallContext BOTH = CallContext.EMPTY.with(HERE, "s3cret").with(EVERYWHERE, "passed on");

	@AfterEach
	void nothingIsLeft() {
		assertThat(CallContext.current()).isSameAs(CallContext.EMPTY);
	}

	@Test
	void countsWhileItsCodeRunsHoweverThatEnds() {
		BOTH.run(() -> {
			assertThat(here()).containsExactly("s3cret", "passed on");
			assertThatIOException().isThrownBy(() -> CallContext.current().with(HERE, "inner").run(() -> {
				assertThat(here()).containsExactly("inner", "passed on");
				throw new IOException();
			}));
			assertThat(here()).containsExactly("s3cret", "passed on");
			CallContext.EMPTY.run(() -> assertThat(here()).containsExactly(null, null));
			return assertThat(here()).containsExactly("s3cret", "passed on");
		});
	}

	@Test
	void countsUntilItIsLeft() {
		try (CallContext.Entered outer = BOTH.enter()) {
			try (CallContext.Entered inner = CallContext.current().with(EVERYWHERE, null).enter()) {
				assertThat(here()).containsExactly("s3cret", null);
			}
			assertThat(here()).containsExactly("s3cret", "passed on");
		}
	}

	@Test
	void aFactThatIsTakenAwayLeavesNothing() {
		assertThat(BOTH.with(HERE, null).with(EVERYWHERE, null)).isSameAs(CallContext.EMPTY);
		assertThat(CallContext.EMPTY.with(HERE, null)).isSameAs(CallContext.EMPTY);
	}

	@Test
	void aKeyWithTheSameNameIsAnotherKey() {
		assertThat(BOTH.<String>get(new CallContext.Key<>("here"))).isNull();
	}

	@Test
	void factsOfAnotherContextCountMore() {
		CallContext other = CallContext.EMPTY.with(EVERYWHERE, "other");
		assertThat(BOTH.and(other).get(EVERYWHERE)).isEqualTo("other");
		assertThat(BOTH.and(other).get(HERE)).isEqualTo("s3cret");
		assertThat(other.and(BOTH).get(EVERYWHERE)).isEqualTo("passed on");
		assertThat(BOTH.and(CallContext.EMPTY)).isSameAs(BOTH);
		assertThat(CallContext.EMPTY.and(BOTH)).hasToString(BOTH.toString());
		assertThat(BOTH.and(BOTH).with(HERE, null).get(HERE)).isNull();
	}

	@Test
	void onlyWhatBelongsToTheCallEverywhereIsPassedOn() {
		CallContext passedOn = BOTH.passedOn();
		assertThat(passedOn.get(HERE)).isNull();
		assertThat(passedOn.get(EVERYWHERE)).isEqualTo("passed on");
		assertThat(CallContext.EMPTY.with(EVERYWHERE, "first").with(HERE, "last").passedOn())
			.satisfies((each) -> assertThat(each.get(EVERYWHERE)).isEqualTo("first"))
			.satisfies((each) -> assertThat(each.get(HERE)).isNull());
		assertThat(CallContext.EMPTY.with(HERE, "only").passedOn()).isSameAs(CallContext.EMPTY);
	}

	@Test
	void anotherThreadKnowsNothing() {
		BOTH.run(() -> assertThat(CompletableFuture.supplyAsync(CallContextTests::here).join()).containsExactly(null,
				null));
	}

	@Test
	void aStreamHasItsOwnFactsOnAnyThread() {
		Mono<String> code = Mono
			.deferContextual((stream) -> Mono
				.fromCallable(() -> ReactiveCallContext.here(stream).run(() -> String.valueOf(here().get(1)))))
			.subscribeOn(Schedulers.boundedElastic());
		assertThat(code.block()).isEqualTo("null");
		assertThat(code.contextWrite(ReactiveCallContext.with(BOTH)).block()).isEqualTo("passed on");
		assertThat(code.contextWrite(ReactiveCallContext.with(EVERYWHERE, "inner"))
			.contextWrite(ReactiveCallContext.with(BOTH))
			.block()).isEqualTo("inner");
	}

	/**
	 * One thread wakes the streams of several calls in turn, while it works for another
	 * call.
	 */
	@Test
	void aStepHasTheFactsOfItsStreamOnTheThreadOfAnotherCall() {
		UserScope.watchStreams();
		Sinks.Many<String> source = Sinks.many().multicast().directBestEffort();
		List<String> seen = new ArrayList<>();
		for (String call : List.of("one", "two")) {
			source.asFlux()
				.map((element) -> element + " " + call + " " + here())
				.contextWrite(ReactiveCallContext.with(EVERYWHERE, call))
				.subscribe((element) -> seen.add(element + " " + here()));
		}
		CallContext another = CallContext.EMPTY.with(EVERYWHERE, "another");
		another.run(() -> source.tryEmitNext("a"));
		source.tryEmitNext("b");
		another.run(() -> source.tryEmitComplete());
		assertThat(seen).containsExactly("a one [null, one] [null, another]", "a two [null, two] [null, another]",
				"b one [null, one] [null, null]", "b two [null, two] [null, null]");
	}

	@Test
	void aFrameInsideAStepCountsMoreThanItsStream() {
		CallContext stream = CallContext.EMPTY.with(EVERYWHERE, "of the stream").with(HERE, "of the stream");
		CallContext step = BOTH.inStepOf(stream);
		assertThat(step.get(HERE)).isEqualTo("of the stream");
		assertThat(step.with(HERE, null).get(HERE)).isNull();
		CallContext frame = step.with(HERE, "inner");
		assertThat(frame.get(HERE)).isEqualTo("inner");
		assertThat(frame.get(EVERYWHERE)).isEqualTo("of the stream");
		CallContext receiver = frame.inStepOf(CallContext.EMPTY);
		assertThat(receiver.get(HERE)).isEqualTo("inner");
		assertThat(receiver.get(EVERYWHERE)).isEqualTo("passed on");
		assertThat(step.passedOn()).hasToString("CallContext[everywhere]")
			.returns("of the stream", (each) -> each.get(EVERYWHERE));
		assertThat(step.passedOn().inStepOf(CallContext.EMPTY).get(EVERYWHERE)).isEqualTo("of the stream");
	}

	@Test
	void aFactOfAStreamStaysOneWhenContextsArePutTogether() {
		CallContext inStep = CallContext.EMPTY.inStepOf(CallContext.EMPTY.with(HERE, "of a stream"));
		CallContext together = CallContext.EMPTY.with(EVERYWHERE, "here").and(inStep);
		assertThat(together.get(HERE)).isEqualTo("of a stream");
		CallContext inAnotherStep = together.inStepOf(CallContext.EMPTY);
		assertThat(inAnotherStep.get(HERE)).isNull();
		assertThat(inAnotherStep.get(EVERYWHERE)).isEqualTo("here");
	}

	@Test
	void doesNotShowWhatIsKnown() {
		assertThat(BOTH).hasToString("CallContext[everywhere, here]");
	}

	private static List<@Nullable String> here() {
		CallContext here = CallContext.current();
		return Arrays.asList(here.get(HERE), here.get(EVERYWHERE));
	}

}
