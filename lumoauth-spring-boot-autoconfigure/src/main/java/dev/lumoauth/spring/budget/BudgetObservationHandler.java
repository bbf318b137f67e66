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

package dev.lumoauth.spring.budget;

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
 * What the advisor counts is not counted again: see {@link AdvisedCall}. What this can't
 * do:
 * <ul>
 * <li>a model that was built by hand without an {@code ObservationRegistry}, or whose
 * observation {@code gen_ai.client.operation} is switched off
 * ({@code management.observations.enable}), is not seen;</li>
 * <li>a model of the application's own that starts its observation on another thread than
 * the one that calls or subscribes is counted by both, which is too much;</li>
 * <li>of a cancelled stream only the prompt is seen, and of one that failed nothing but
 * the call;</li>
 * <li>the tokens of a stream are counted just after its end was handed on, so that a call
 * that follows at once may still be made; calls are counted when they begin;</li>
 * <li>on a thread that must not block, a budget that was never read is unknown;</li>
 * <li>a handler that was told of the start before this one refused is never told of a
 * stop: Micrometer's {@code gen_ai.client.operation.active} counts such a call for
 * ever.</li>
 * </ul>
 *
 * @since 0.1.0
 */
public class BudgetObservationHandler implements ObservationHandler<ChatModelObservationContext>, Ordered {

	private static final Object COUNTED_HERE = new Object();

	private final Supplier<BudgetMonitor> monitor;

	private final Supplier<TokenEstimator> estimator;

	/**
	 * Create a handler.
	 * @param monitor gives the budget, asked at the first model call: the registry this
	 * is made for may be part of what the monitor needs
	 * @param tokenCounter gives what counts the tokens of texts where a provider gives no
	 * usage, or {@code null} for Spring AI's {@code JTokkitTokenCountEstimator}
	 */
	public BudgetObservationHandler(Supplier<BudgetMonitor> monitor,
			Supplier<@Nullable TokenCountEstimator> tokenCounter) {
		this.monitor = monitor;
		this.estimator = () -> TokenEstimator.of(tokenCounter.get());
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
		BudgetMonitor monitor = this.monitor.get();
		ChatOptions options = context.getRequest().getOptions();
		String model = (options != null) ? options.getModel() : null;
		if (AdvisedCall.claim()) {
			// The model may have a say in its own name.
			monitor.checkModel(model);
			return;
		}
		if (Schedulers.isInNonBlockingThread()) {
			monitor.startWithoutBlocking(model);
		}
		else {
			monitor.start(model);
		}
		context.put(COUNTED_HERE, Boolean.TRUE);
	}

	@Override
	public void onStop(ChatModelObservationContext context) {
		if (!context.containsKey(COUNTED_HERE)) {
			return;
		}
		ModelCallUsage usage = new ModelCallUsage(context.getRequest(), this.estimator.get());
		ChatResponse response = context.getResponse();
		usage.received(response);
		this.monitor.get().recordTokens(tokens(usage, response != null, context.getError() != null));
	}

	private static long tokens(ModelCallUsage usage, boolean answered, boolean failed) {
		if (answered) {
			return usage.completed();
		}
		return failed ? usage.failed() : usage.cancelled();
	}

}
