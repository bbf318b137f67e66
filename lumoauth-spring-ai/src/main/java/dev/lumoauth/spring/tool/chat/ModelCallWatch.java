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

package dev.lumoauth.spring.tool.chat;

import dev.lumoauth.spring.tool.OfferGuard;
import dev.lumoauth.spring.tool.ToolGuard;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.springframework.ai.chat.observation.ChatModelObservationContext;

/**
 * Checks every observed model call, however it is made, and refuses a call that offers an
 * unguarded annotated tool. An exception in {@link #onStart} keeps the call from being
 * made.
 */
final class ModelCallWatch implements ObservationHandler<ChatModelObservationContext> {

	private final OfferGuard guard;

	/**
	 * Create the watch.
	 * @param guard the guard
	 */
	ModelCallWatch(ToolGuard guard) {
		this.guard = new OfferGuard(guard);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ChatModelObservationContext;
	}

	@Override
	public void onStart(ChatModelObservationContext context) {
		if (context.getRequest() != null) {
			this.guard.requireGuarded(OfferedTools.of(context.getRequest()));
		}
	}

}
