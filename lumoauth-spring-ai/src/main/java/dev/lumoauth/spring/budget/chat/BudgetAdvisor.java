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

package dev.lumoauth.spring.budget.chat;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.core.Ordered;

/**
 * Refuses a model call that the agent's budget does not allow, and counts the calls that
 * are made and their tokens. The advisor is the last one before the model, inside the
 * tool loop: it sees every call that is really made, no call that another advisor answers
 * from a cache, and the model's name as it will be sent.
 * <p>
 * A refusal is a {@link BudgetExhaustedException} from {@code call()}, or an error of the
 * stream. The usage that is counted depends on the end of the call:
 * <ul>
 * <li>an answered call: the usage that the provider reports; if it reports none, an
 * estimate of the prompt and the answer;</li>
 * <li>a cancelled stream: an estimate of the prompt and of the received part, or the
 * usage that the provider has reported so far if that is more;</li>
 * <li>a failed call: the call itself, and its tokens only if something was received, as
 * with a cancelled stream.</li>
 * </ul>
 * Before the call an estimate is reserved, and is released when the real usage is
 * counted. A model client's own retries are not seen. A model that calls others through
 * this advisor is not counted itself: see {@link AdmittedCall}. Thread-safe.
 */
final class BudgetAdvisor implements CallAdvisor, StreamAdvisor {

	/**
	 * Directly before Spring AI's own advisor that calls the model.
	 */
	static final int ORDER = Ordered.LOWEST_PRECEDENCE - 1;

	private final BudgetMonitor monitor;

	private final TokenEstimator estimator;

	/**
	 * Create an advisor.
	 * @param monitor the budget
	 * @param tokenCounter counts the tokens of texts if a provider reports no usage;
	 * {@code null} for Spring AI's {@code JTokkitTokenCountEstimator}
	 */
	BudgetAdvisor(BudgetMonitor monitor, @Nullable TokenCountEstimator tokenCounter) {
		this.monitor = monitor;
		this.estimator = TokenEstimator.of(tokenCounter);
	}

	static Advisor of(BudgetMonitor monitor, @Nullable TokenCountEstimator tokenCounter) {
		return new BudgetAdvisor(monitor, tokenCounter);
	}

	@Override
	public String getName() {
		return "LumoAuthBudget";
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	/**
	 * Call the model if the budget allows it. Blocks to read the budget if that was never
	 * done.
	 */
	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		AdmittedCall call = begin(request, EnclosingCall.of(request, Context.empty()));
		ModelCallUsage usage = new ModelCallUsage(request.prompt(), this.estimator);
		boolean answered = false;
		try (CallContext.Entered scope = CallContext.current().with(EnclosingCall.KEY, call).enter()) {
			ChatClientResponse response = chain.nextCall(AdvisedMessages.mark(request, call));
			usage.received(response.chatResponse());
			answered = true;
			return AdvisedMessages.unmark(response);
		}
		finally {
			call.end(answered ? usage.completed() : usage.failed());
		}
	}

	/**
	 * Stream the model's answer if the budget allows it. The decision is made at each
	 * subscription. If the budget has to be read, or other replicas have to be asked,
	 * that is on the subscribing thread, or on another thread if the subscribing thread
	 * must not block.
	 */
	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return Flux.deferContextual((subscriber) -> {
			AdmittedCall enclosing = EnclosingCall.of(request, subscriber);
			if (this.monitor.mayBlock() && Schedulers.isInNonBlockingThread()) {
				return Mono.fromCallable(this.monitor::status)
					.subscribeOn(Schedulers.boundedElastic())
					.thenMany(Flux.defer(() -> stream(request, chain, enclosing)));
			}
			return stream(request, chain, enclosing);
		});
	}

	private Flux<ChatClientResponse> stream(ChatClientRequest request, StreamAdvisorChain chain,
			@Nullable AdmittedCall enclosing) {
		AdmittedCall call = beginStream(request, enclosing);
		ModelCallUsage usage = new ModelCallUsage(request.prompt(), this.estimator);
		// Not doFinally: the tool loop starts the next call when this call completes,
		// and this call has to be counted by then.
		return Flux.defer(() -> chain.nextStream(AdvisedMessages.mark(request, call)))
			.contextWrite(ReactiveCallContext.with(EnclosingCall.KEY, call))
			.doOnNext((response) -> usage.received(response.chatResponse()))
			.map(AdvisedMessages::unmark)
			.doOnComplete(() -> call.end(usage.completed()))
			.doOnError((ex) -> call.end(usage.failed()))
			.doOnCancel(() -> call.end(usage.cancelled()));
	}

	/**
	 * Spring AI logs an error of a stream at each advisor that the error passes. A stack
	 * trace would show only Reactor's own code, and would be logged each time.
	 */
	private AdmittedCall beginStream(ChatClientRequest request, @Nullable AdmittedCall enclosing) {
		try {
			return begin(request, enclosing);
		}
		catch (BudgetExhaustedException | LumoAuthUnavailableException ex) {
			ex.setStackTrace(new StackTraceElement[0]);
			throw ex;
		}
	}

	private AdmittedCall begin(ChatClientRequest request, @Nullable AdmittedCall enclosing) {
		return AdmittedCall.begin(this.monitor, model(request), TokenEstimator.expected(request.prompt()), enclosing);
	}

	private static @Nullable String model(ChatClientRequest request) {
		ChatOptions options = request.prompt().getOptions();
		return (options != null) ? options.getModel() : null;
	}

}
