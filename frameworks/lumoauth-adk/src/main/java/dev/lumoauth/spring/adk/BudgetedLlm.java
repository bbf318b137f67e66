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

package dev.lumoauth.spring.adk;

import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.budget.BudgetMonitor;
import io.reactivex.rxjava3.core.Flowable;
import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.framework.ProxyFactory;

/**
 * A model whose calls the agent's budget admits and counts, whoever makes them.
 */
final class BudgetedLlm extends BaseLlm {

	private final BaseLlm model;

	private final BudgetMonitor budget;

	BudgetedLlm(BaseLlm model, BudgetMonitor budget) {
		super(model.model());
		this.model = model;
		this.budget = budget;
	}

	@Override
	public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
		return Flowable.defer(() -> {
			ModelUsage usage = new ModelUsage(request);
			AdmittedCall call = AdmittedCall.begin(this.budget, name(request), usage.prompt, null);
			// The next call may start when this one completes, and this one is counted by
			// then.
			return Flowable.defer(() -> this.model.generateContent(request, stream))
				.doOnNext(usage::received)
				.doOnTerminate(() -> call.end(usage.counted()))
				.doOnCancel(() -> call.end(Math.max(usage.prompt, usage.counted())));
		});
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A connection has no single calls. What each answer reports is counted, and once the
	 * budget is spent, the next answer is the last one.
	 */
	@Override
	public BaseLlmConnection connect(LlmRequest request) {
		String name = name(request);
		this.budget.start(name);
		BaseLlmConnection connection = this.model.connect(request);
		ProxyFactory counted = new ProxyFactory(connection);
		counted.addAdvice((MethodInterceptor) (call) -> {
			Object result = call.proceed();
			return (result instanceof Flowable<?> answers) ? answers.doOnNext((answer) -> {
				try {
					this.budget.check(name);
				}
				catch (RuntimeException ex) {
					// ADK leaves it open, and the model would go on.
					connection.close();
					throw ex;
				}
				finally {
					this.budget.recordTokens(ModelUsage.reported((LlmResponse) answer));
				}
			}) : result;
		});
		return (BaseLlmConnection) counted.getProxy();
	}

	private String name(LlmRequest request) {
		return request.model().orElse(model());
	}

}
