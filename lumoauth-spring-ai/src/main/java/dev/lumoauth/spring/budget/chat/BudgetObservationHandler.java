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

import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.core.Ordered;

/**
 * Applies the budget to the model calls that do not go through {@link BudgetAdvisor}:
 * those of {@code ChatClient.create(chatModel)} and {@code chatModel.call(..)}. Spring
 * AI's models observe every call; an exception when the observation starts refuses it.
 * <p>
 * A call that the advisor counts is not counted again: see {@link AdmittedCall}. Tokens
 * are also reserved before a call that is counted here. The limits of this handler:
 * <ul>
 * <li>a model that the application built without an {@code ObservationRegistry}, or whose
 * observation {@code gen_ai.client.operation} is switched off
 * ({@code management.observations.enable}), is not seen;</li>
 * <li>a call whose prompt is rewritten between the advisor and the model is counted twice
 * if it also moves to another thread, or if it is a stream;</li>
 * <li>for a cancelled stream only the prompt is counted, and for a failed stream only the
 * call;</li>
 * <li>the tokens of a stream are counted just after its end was passed on; until then the
 * reservation counts;</li>
 * <li>on a thread that must not block, a budget that was never read is unknown;</li>
 * <li>if this handler refuses a call, the handlers before it have seen the start of the
 * call but never see a stop: Micrometer's {@code gen_ai.client.operation.active} counts
 * such a call forever. If a later handler throws an exception, this handler sees no stop
 * either, and the reservation is dropped after ten minutes.</li>
 * </ul>
 */
final class BudgetObservationHandler implements ObservationHandler<ChatModelObservationContext>, Ordered {

	private final Supplier<BudgetMonitor> monitor;

	private final Supplier<TokenEstimator> estimator;

	/**
	 * Create a handler.
	 * @param monitor supplies the budget; called at the first model call, because the
	 * monitor may need the registry that this handler belongs to
	 * @param tokenCounter supplies the counter for the tokens of texts if a provider
	 * reports no usage, or {@code null} for Spring AI's
	 * {@code JTokkitTokenCountEstimator}
	 */
	BudgetObservationHandler(Supplier<BudgetMonitor> monitor, Supplier<@Nullable TokenCountEstimator> tokenCounter) {
		this.monitor = monitor;
		this.estimator = () -> TokenEstimator.of(tokenCounter.get());
	}

	static ObservationHandler<ChatModelObservationContext> of(Supplier<BudgetMonitor> monitor,
			Supplier<@Nullable TokenCountEstimator> tokenCounter) {
		return new BudgetObservationHandler(monitor, tokenCounter);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ChatModelObservationContext;
	}

	/**
	 * Refuse the call if the budget does not allow it, unless the advisor has decided.
	 * @throws BudgetExhaustedException if the budget is exhausted or the model not
	 * allowed
	 */
	@Override
	public void onStart(ChatModelObservationContext context) {
		ChatOptions options = context.getRequest().getOptions();
		String model = (options != null) ? options.getModel() : null;
		AdmittedCall advised = EnclosingCall.of(context);
		AdmittedCall.Observed observed = (advised != null) ? advised.observe() : null;
		if (advised != null && observed != null) {
			context.put(End.class, (End) observed::end);
			// The model may use another name than the request.
			advised.checkModel(model);
			return;
		}
		AdmittedCall call = begin(model, TokenEstimator.expected(context.getRequest()));
		context.put(End.class, (End) (tokens) -> call.end(tokens.getAsLong()));
	}

	@Override
	public void onStop(ChatModelObservationContext context) {
		End end = context.get(End.class);
		if (end == null) {
			return;
		}
		ModelCallUsage usage = new ModelCallUsage(context.getRequest(), this.estimator.get());
		ChatResponse response = context.getResponse();
		usage.received(response);
		end.of(() -> tokens(usage, response != null, context.getError() != null));
	}

	private AdmittedCall begin(@Nullable String model, long tokens) {
		BudgetMonitor monitor = this.monitor.get();
		return Schedulers.isInNonBlockingThread() ? AdmittedCall.beginWithoutBlocking(monitor, model, tokens)
				: AdmittedCall.begin(monitor, model, tokens, null);
	}

	private static long tokens(ModelCallUsage usage, boolean answered, boolean failed) {
		if (answered) {
			return usage.completed();
		}
		return failed ? usage.failed() : usage.cancelled();
	}

	/**
	 * Handles the end of an admitted call.
	 */
	@FunctionalInterface
	private interface End {

		void of(LongSupplier tokens);

	}

}
