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
			ModelCall call = new ModelCall(this.budget, request, request.model().orElse(model()));
			// The next call may start when this one completes, and this one is counted by
			// then.
			return Flowable.defer(() -> this.model.generateContent(request, stream))
				.doOnNext(call::received)
				.doOnTerminate(call::end)
				.doOnCancel(call::cancelled);
		});
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A connection has no single calls. What each answer reports is counted. The answer
	 * that spends the budget ends the connection, which ADK would leave open.
	 */
	@Override
	public BaseLlmConnection connect(LlmRequest request) {
		String name = request.model().orElse(model());
		this.budget.start(name);
		BaseLlmConnection connection = this.model.connect(request);
		ProxyFactory counted = new ProxyFactory(connection);
		counted.addAdvice((MethodInterceptor) (call) -> {
			Object result = call.proceed();
			return (result instanceof Flowable<?> answers) ? answers.doOnNext((answer) -> {
				this.budget.recordTokens(ModelCall.reported((LlmResponse) answer));
				this.budget.check(name);
			}).doOnError((ex) -> connection.close()) : result;
		});
		return (BaseLlmConnection) counted.getProxy();
	}

}
