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

package dev.lumoauth.spring.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * People who decide as a test says, without LumoAuth.
 */
public class ScriptedPeople implements ApprovalChannel {

	private final List<ApprovalQuestion> questions = new CopyOnWriteArrayList<>();

	private final Map<String, ApprovalAnswer> decided = new ConcurrentHashMap<>();

	private final List<Approval> ended = new CopyOnWriteArrayList<>();

	private final AtomicInteger statuses = new AtomicInteger();

	private volatile ApprovalState atOnce = ApprovalState.PENDING;

	private volatile boolean unavailable;

	private volatile @Nullable Instant until;

	private volatile Duration interval = Duration.ofMillis(1);

	private volatile Runnable whileAsking = () -> {
	};

	private volatile Runnable whileAnswering = () -> {
	};

	/**
	 * Decide each request so when it is made.
	 */
	public ScriptedPeople atOnce(ApprovalState state) {
		this.atOnce = state;
		return this;
	}

	/**
	 * Say so with each answer.
	 */
	public ScriptedPeople until(Instant until) {
		this.until = until;
		return this;
	}

	public ScriptedPeople unavailable(boolean unavailable) {
		this.unavailable = unavailable;
		return this;
	}

	/**
	 * What happens elsewhere while LumoAuth reads the question.
	 */
	public ScriptedPeople whileAsking(Runnable whileAsking) {
		this.whileAsking = whileAsking;
		return this;
	}

	/**
	 * What happens elsewhere while LumoAuth answers.
	 */
	public ScriptedPeople whileAnswering(Runnable whileAnswering) {
		this.whileAnswering = whileAnswering;
		return this;
	}

	public ScriptedPeople interval(Duration interval) {
		this.interval = interval;
		return this;
	}

	public void reset() {
		this.questions.clear();
		this.decided.clear();
		this.ended.clear();
		this.atOnce = ApprovalState.PENDING;
		this.unavailable = false;
	}

	/**
	 * Decide all that was asked.
	 */
	public void decide(ApprovalState state, @Nullable String message) {
		this.questions.forEach((question) -> this.decided.putIfAbsent("ref-" + question.approval().id(),
				new ApprovalAnswer(state, null, null, this.until, "boss", message)));
	}

	/**
	 * Decide what another process has asked.
	 */
	public void decideLike(String reference, ApprovalState state) {
		this.decided.put(reference, ApprovalAnswer.of(state));
	}

	public List<ApprovalQuestion> questions() {
		return this.questions;
	}

	public List<Approval> ended() {
		return this.ended;
	}

	public int statuses() {
		return this.statuses.get();
	}

	@Override
	public ApprovalAnswer ask(ApprovalQuestion question) {
		if (this.unavailable) {
			throw new LumoAuthUnavailableException("https://lumo.internal:9000 did not answer", null);
		}
		this.questions.add(question);
		this.whileAsking.run();
		return new ApprovalAnswer(this.atOnce, "ref-" + question.approval().id(), "task", this.until, null, null);
	}

	@Override
	public ApprovalAnswer status(Approval approval) {
		this.statuses.incrementAndGet();
		if (this.unavailable) {
			throw new LumoAuthUnavailableException("https://lumo.internal:9000 did not answer", null);
		}
		this.whileAnswering.run();
		ApprovalAnswer answer = this.decided.get(approval.reference());
		return (answer != null) ? answer : ApprovalAnswer.of(ApprovalState.PENDING);
	}

	@Override
	public @Nullable OAuth2AccessToken token(Approval approval) {
		Instant now = Instant.now();
		return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "token-of-" + approval.id(), now,
				now.plusSeconds(60));
	}

	@Override
	public void ended(Approval approval) {
		this.ended.add(approval);
	}

	@Override
	public Duration interval() {
		return this.interval;
	}

}
