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

package dev.lumoauth.spring.capability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.SingleFlight;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gets the answers that are not remembered, with one request in flight per capability.
 * Every failure to get an answer ends here, as a decision.
 */
final class AnswerLoader {

	private static final Log logger = LogFactory.getLog(CachingCapabilityDecisions.class);

	private final SingleFlight<Question, Optional<Boolean>> flights;

	private final Set<Class<?>> warned;

	private final CapabilitySource source;

	private final SharedDecisions.Agent shared;

	private final CapabilityCache cache;

	private final StaleIfError staleIfError;

	/**
	 * Create a loader.
	 * @param source whom to ask
	 * @param shared the answers of other replicas
	 * @param cache where answers are remembered
	 * @param staleIfError decides while LumoAuth is unreachable
	 * @param warned the kinds of failures that the log has reported already
	 * @param maxWait how long a chat may wait for LumoAuth in all
	 */
	AnswerLoader(CapabilitySource source, SharedDecisions.Agent shared, CapabilityCache cache,
			StaleIfError staleIfError, Set<Class<?>> warned, Duration maxWait) {
		this.flights = new SingleFlight<>(maxWait);
		this.source = source;
		this.shared = shared;
		this.cache = cache;
		this.staleIfError = staleIfError;
		this.warned = warned;
	}

	/**
	 * Decide each of several capabilities.
	 * @param names the names, valid ones
	 * @return an entry for each name, in the order given
	 */
	Map<String, CapabilityDecision> load(Collection<String> names) {
		Map<String, Boolean> answers = new HashMap<>();
		LumoAuthException failure = null;
		try {
			answers.putAll(answers(new LinkedHashSet<>(names)));
		}
		catch (LumoAuthException ex) {
			failure = ex;
		}
		catch (RuntimeException ex) {
			failure = new LumoAuthUnavailableException((ex instanceof CompletionException)
					? "LumoAuth has not answered another thread's question within lumoauth.max-wait"
					: "The capabilities could not be requested: " + ex.getClass().getName(), ex);
		}
		Map<String, CapabilityDecision> decisions = new LinkedHashMap<>();
		for (String name : names) {
			// An answer that another request got meanwhile counts in spite of the
			// failure.
			Boolean answer = answers.containsKey(name) ? answers.get(name) : this.cache.get(name);
			decisions.put(name, (answer != null) ? decision(name, answer) : unanswered(name, failure));
		}
		return decisions;
	}

	private Map<String, Boolean> answers(Set<String> names) {
		Map<String, Boolean> answers = new HashMap<>();
		List<Question> open = new ArrayList<>();
		long generation = this.cache.generation();
		for (String name : names) {
			Boolean known = this.cache.get(name);
			if (known != null) {
				answers.put(name, known);
			}
			else {
				open.add(new Question(name, generation));
			}
		}
		if (!open.isEmpty()) {
			this.flights.runAll(open, this::ask)
				.forEach((question, found) -> found.ifPresent((answer) -> answers.put(question.name(), answer)));
		}
		return answers;
	}

	private Map<Question, Optional<Boolean>> ask(List<Question> questions) {
		Map<Question, Optional<Boolean>> answers = new HashMap<>();
		List<Question> open = new ArrayList<>();
		for (Question question : questions) {
			// Once more: a request that was in flight may have ended since the caller
			// looked.
			Boolean known = this.cache.get(question.name());
			answers.put(question, Optional.ofNullable(known));
			if (known == null) {
				open.add(question);
			}
		}
		if (!open.isEmpty()) {
			answers.putAll(askSource(open));
		}
		return answers;
	}

	private Map<Question, Optional<Boolean>> askSource(List<Question> questions) {
		CapabilityCache.Moment askedAt = this.cache.now();
		Map<String, Question> open = new LinkedHashMap<>();
		questions.forEach((question) -> open.put(question.name(), question));
		Map<Question, Optional<Boolean>> answers = new HashMap<>();
		try {
			this.shared.ask(List.copyOf(open.keySet()), this.source, (name, answer, age) -> {
				Question question = (age.isZero() || this.cache.counts(answer, age)) ? open.remove(name) : null;
				if (question != null) {
					answers.put(question, Optional.of(answer));
					// At once: the answer counts even if the source fails with the next
					// one.
					this.cache.put(name, answer, askedAt.minus(age), question.generation());
				}
			});
		}
		catch (RuntimeException ex) {
			this.staleIfError.failed(open.keySet(), ex);
			throw ex;
		}
		this.staleIfError.answered();
		if (open.isEmpty()) {
			this.warned.clear();
		}
		open.forEach((name, question) -> {
			this.cache.drop(name);
			answers.put(question, Optional.empty());
		});
		return answers;
	}

	static CapabilityDecision decision(String name, boolean allowed) {
		return allowed ? CapabilityDecision.ALLOW : CapabilityDecision.deny(List.of(name));
	}

	private CapabilityDecision unanswered(String name, @Nullable LumoAuthException failure) {
		CapabilityDecision stale = this.staleIfError.decide(name, failure);
		return (stale != null) ? stale : unavailable(name, failure);
	}

	private CapabilityDecision unavailable(String name, @Nullable LumoAuthException failure) {
		LumoAuthException cause = (failure != null) ? failure
				: new LumoAuthProtocolException("LumoAuth's answer says nothing about capability '" + name + "'", null);
		if (this.warned.add(kind(cause))) {
			logger.warn("Code that needs a capability is refused, because LumoAuth gave no answer: "
					+ cause.getMessage() + ". Logged once until LumoAuth answers again.");
		}
		return CapabilityDecision.unavailable(cause);
	}

	/**
	 * Requests that got no answer, and those that were not sent because of that, are one
	 * outage.
	 */
	private static Class<?> kind(LumoAuthException failure) {
		if (failure instanceof LumoAuthUnavailableException outage && outage.isUnreachable()) {
			return LumoAuthUnavailableException.class;
		}
		Throwable cause = failure.getCause();
		return (failure.getClass() == LumoAuthUnavailableException.class && cause != null) ? cause.getClass()
				: failure.getClass();
	}

	/**
	 * A capability and a generation of the cache. A caller that asks after the cache was
	 * cleared asks a new question, and does not join an older request.
	 */
	private record Question(String name, long generation) {
	}

}
