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

package dev.lumoauth.spring.budget.shared.autoconfigure;

import dev.lumoauth.spring.budget.shared.SharedBudget;

import org.springframework.context.SmartLifecycle;

/**
 * Tells the store while the application runs, and gives back what is held when it ends:
 * after the last request, and before the connections to Redis stop.
 */
final class SharedBudgetLifecycle implements SmartLifecycle {

	private final SharedBudget budget;

	private volatile boolean running;

	SharedBudgetLifecycle(SharedBudget budget) {
		this.budget = budget;
	}

	@Override
	public void start() {
		this.running = true;
		this.budget.start();
	}

	@Override
	public void stop() {
		this.running = false;
		this.budget.pause();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * What has a higher phase stops earlier. Connections to Redis have the phase 0.
	 */
	@Override
	public int getPhase() {
		return 1;
	}

}
