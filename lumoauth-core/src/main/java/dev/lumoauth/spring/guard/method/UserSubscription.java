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

import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.ReactiveCaller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.aopalliance.intercept.MethodInvocation;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.ReactiveAdapter;

/**
 * Runs a method that returns a reactive type for who subscribes, or for who called it
 * where the subscriber is nobody.
 */
final class UserSubscription {

	private final Supplier<CurrentUser> user;

	private final GuardReports reports;

	UserSubscription(Supplier<CurrentUser> user, GuardReports reports) {
		this.user = user;
		this.reports = reports;
	}

	Object invoke(MethodInvocation invocation, ReactiveAdapter adapter) {
		Caller calling = Caller.current();
		Mono<UserToken> token = Mono.deferContextual(
				(context) -> ReactiveCaller.of(context, calling).flatMap((caller) -> token(caller, invocation)));
		return adapter
			.fromPublisher(adapter.isMultiValue() ? token.flatMapMany((found) -> proceed(found, invocation, adapter))
					: token.flatMap((found) -> Mono.from(proceed(found, invocation, adapter))));
	}

	/**
	 * A login's token may have to be renewed, for which some threads must not wait.
	 */
	private Mono<UserToken> token(Caller caller, MethodInvocation invocation) {
		Mono<UserToken> token = Mono.fromCallable(() -> caller.call(() -> this.user.get().require()))
			.doOnError(LumoAuthException.class, (ex) -> this.reports.method(invocation.getMethod(), ex))
			.onErrorMap(LumoAuthException.class, Refusals::of);
		return Schedulers.isInNonBlockingThread() ? token.subscribeOn(Schedulers.boundedElastic()) : token;
	}

	private Publisher<?> proceed(UserToken token, MethodInvocation invocation, ReactiveAdapter adapter) {
		return subscribed(token, UserScope.call(token, () -> SubscriptionInterceptor.proceed(invocation, adapter)));
	}

	/**
	 * Hidden, so that there is a step of its own that acts for the user, whatever the
	 * publisher is.
	 */
	<T> Publisher<T> subscribed(UserToken token, Publisher<T> result) {
		return Flux.from(result).hide().contextWrite(ReactiveUserScope.of(token));
	}

}
