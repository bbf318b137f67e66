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

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.user.Caller;
import org.aopalliance.intercept.MethodInvocation;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;

/**
 * Checks a method that returns a reactive type when that is subscribed to, and calls the
 * method only then. Between the two the agent may have lost the capability. An answer
 * that is known passes at once; one that has to be asked for is asked for on
 * {@code boundedElastic}, since the subscribing thread may be one that must not block.
 */
final class SubscriptionInterceptor {

	private final Supplier<CapabilityDecisions> decisions;

	private final GuardReports reports;

	SubscriptionInterceptor(Supplier<CapabilityDecisions> decisions, GuardReports reports) {
		this.decisions = decisions;
		this.reports = reports;
	}

	Object invoke(MethodInvocation invocation, CapabilityRequirement required, ReactiveAdapter adapter) {
		return adapter.fromPublisher(
				checked(required, invocation.getMethod(), () -> proceed(invocation, adapter), adapter.isMultiValue()));
	}

	/**
	 * Return what is checked each time it is subscribed to.
	 * @param required what is needed
	 * @param method the method that is guarded
	 * @param publisher makes, after the check, what is to be subscribed to
	 * @param multiple whether that may have several elements
	 */
	Publisher<?> checked(CapabilityRequirement required, Method method, Supplier<? extends Publisher<?>> publisher,
			boolean multiple) {
		Mono<Boolean> check = Mono.defer(() -> decide(required))
			.map((decision) -> requireGranted(decision, required, method));
		if (multiple) {
			return Flux.defer(() -> check.flatMapMany(asSubscriber(publisher)));
		}
		return Mono.defer(() -> check.flatMap(asSubscriber(() -> Mono.from(publisher.get()))));
	}

	/**
	 * The method may act for who subscribes, and the check may end on another thread.
	 */
	private static <T> Function<Boolean, T> asSubscriber(Supplier<T> action) {
		Caller subscriber = Caller.current();
		return (granted) -> subscriber.goOn(action);
	}

	private Mono<CapabilityDecision> decide(CapabilityRequirement required) {
		CapabilityDecision known = this.decisions.get().decideKnown(required);
		return (known != null) ? Mono.just(known) : Mono.fromCallable(() -> this.decisions.get().decide(required))
			.subscribeOn(Schedulers.boundedElastic());
	}

	private boolean requireGranted(CapabilityDecision decision, CapabilityRequirement required, Method method) {
		if (this.reports.wants(decision)) {
			this.reports.method(method, required, decision);
		}
		if (!decision.isGranted()) {
			throw Refusals.of(decision);
		}
		return true;
	}

	static Publisher<?> proceed(MethodInvocation invocation, ReactiveAdapter adapter) {
		try {
			// A clone each time: what is retried or repeated is subscribed to again, and
			// an invocation proceeds only once.
			Object result = ((ProxyMethodInvocation) invocation).invocableClone().proceed();
			return adapter.toPublisher(Objects.requireNonNull(result, "A reactive method returned null"));
		}
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

}
