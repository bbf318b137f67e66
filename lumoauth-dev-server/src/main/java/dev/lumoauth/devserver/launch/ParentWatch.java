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

package dev.lumoauth.devserver.launch;

import java.util.Optional;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.DevProperties;

/**
 * Stops the server when the process that started it, or another process, has ended, if
 * this is configured. A process that is killed can't stop its children.
 */
@Component
class ParentWatch {

	/**
	 * Read early, when the class is loaded, because a child whose parent has ended gets
	 * another parent.
	 */
	private static final Optional<ProcessHandle> PARENT = ProcessHandle.current().parent();

	private final DevProperties properties;

	private final ConfigurableApplicationContext context;

	ParentWatch(DevProperties properties, ConfigurableApplicationContext context) {
		this.properties = properties;
		this.context = context;
	}

	@EventListener
	void watch(ApplicationReadyEvent event) {
		Long id = this.properties.exitWithProcess();
		if (id != null) {
			// Or the process has ended while this server started.
			ProcessHandle.of(id).ifPresentOrElse(this::watch, this::exit);
		}
		if (this.properties.exitWithParent()) {
			PARENT.ifPresent(this::watch);
		}
	}

	private void watch(ProcessHandle process) {
		Thread thread = new Thread(() -> {
			process.onExit().join();
			exit();
		}, "parent-watch");
		thread.setDaemon(true);
		thread.start();
	}

	private void exit() {
		System.exit(SpringApplication.exit(this.context));
	}

}
