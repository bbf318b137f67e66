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
import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.advisor.observation.AdvisorObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.util.ClassUtils;

/**
 * Finds the enclosing {@link AdmittedCall}. The call is found in the prompt or the
 * advisor context, or else in Reactor's context or the enclosing observations. The thread
 * counts only if a model makes another call on the thread on which the model was called.
 */
final class EnclosingCall {

	private static final boolean ADVISORS = ClassUtils.isPresent(
			"org.springframework.ai.chat.client.advisor.observation.AdvisorObservationContext",
			EnclosingCall.class.getClassLoader());

	private static final CallContext.Key<Binding> KEY = new CallContext.Key<>("model call on its way to the model");

	private static final CallContext.Key<AdmittedCall> OF_STREAM = new CallContext.Key<>("model call of the stream");

	private EnclosingCall() {
	}

	static @Nullable AdmittedCall of(ChatClientRequest request) {
		return first(AdvisedMessages.callOf(request), onThisThread());
	}

	static @Nullable AdmittedCall of(ChatClientRequest request, ContextView subscriber) {
		AdmittedCall subscribed = ReactiveCallContext.of(subscriber).get(OF_STREAM);
		return first(first(AdvisedMessages.callOf(request), subscribed), onThisThread());
	}

	/**
	 * Add a call to the context of its stream.
	 */
	static Context in(Context stream, AdmittedCall call) {
		return ReactiveCallContext.with(OF_STREAM, call).apply(stream);
	}

	static @Nullable AdmittedCall of(ChatModelObservationContext context) {
		if (!ADVISORS) {
			return null;
		}
		AdmittedCall call = AdvisedMessages.callOf(context.getRequest());
		return first(first(call, Parents.callOf(context.getParentObservation())), onThisThread());
	}

	/**
	 * Bind a call to this thread, on the way to the model.
	 * @return restores the previous binding
	 */
	static CallContext.Entered enter(AdmittedCall call) {
		CallContext here = CallContext.current();
		return here.with(KEY, new Binding(call, here.get(KEY))).enter();
	}

	/**
	 * Restore the binding that this thread had before a call, on the way back from the
	 * model: the work of the answer's receiver is not part of the call.
	 * @return binds the call again
	 */
	static CallContext.Entered leave(AdmittedCall call) {
		CallContext here = CallContext.current();
		for (Binding binding = here.get(KEY); binding != null; binding = binding.outer()) {
			if (binding.call() == call) {
				return here.with(KEY, binding.outer()).enter();
			}
		}
		return here.enter();
	}

	private static @Nullable AdmittedCall onThisThread() {
		Binding binding = CallContext.current().get(KEY);
		return (binding != null) ? binding.call() : null;
	}

	private static @Nullable AdmittedCall first(@Nullable AdmittedCall call, @Nullable AdmittedCall other) {
		if (call != null && call.isOpen()) {
			return call;
		}
		return (other != null && other.isOpen()) ? other : null;
	}

	private record Binding(AdmittedCall call, @Nullable Binding outer) {

	}

	/**
	 * A model observes its call under the observation of the last advisor, which is in
	 * Reactor's context, or open on the thread that asks the model. The request of that
	 * observation is the advised request, or a copy with the same advisor context, even
	 * if the model was asked with another prompt. This is a separate class, because the
	 * advisors' classes may be missing.
	 */
	private static final class Parents {

		static @Nullable AdmittedCall callOf(@Nullable ObservationView parent) {
			ObservationView view = parent;
			while (view != null) {
				Observation.ContextView context = view.getContextView();
				if (context instanceof ChatModelObservationContext) {
					return null;
				}
				AdmittedCall call = (context instanceof AdvisorObservationContext advisor)
						? AdvisedMessages.callOf(advisor.getChatClientRequest()) : null;
				if (call != null) {
					return call;
				}
				view = context.getParentObservation();
			}
			return null;
		}

	}

}
