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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Method;

import dev.lumoauth.spring.reflect.ClassFile;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Finds the source line of a method or a class, for messages about an application that
 * doesn't start. It reads the class file, so it is used only for exceptions.
 *
 * @since 0.1.0
 */
public final class SourceLine {

	private SourceLine() {
	}

	/**
	 * Return where an element is.
	 * @param element a method or a class
	 * @return the file and the line where the method's code begins, such as
	 * {@code " (ResearchTools.java:42)"}, which development environments open; without
	 * the line if there is no code, and empty if the class file doesn't have the line
	 */
	public static String of(@Nullable Object element) {
		if (element instanceof Method method) {
			return of(method.getDeclaringClass(), method);
		}
		return (element instanceof Class<?> type) ? of(type, null) : "";
	}

	private static String of(Class<?> type, @Nullable Method method) {
		Finder finder = new Finder(method);
		ClassFile.read(type, finder, ClassReader.SKIP_FRAMES);
		return (finder.file == null) ? "" : " (" + finder.file + ((finder.line > 0) ? ":" + finder.line : "") + ")";
	}

	private static final class Finder extends ClassVisitor {

		private final @Nullable Method method;

		private @Nullable String file;

		private int line;

		private Finder(@Nullable Method method) {
			super(SpringAsmInfo.ASM_VERSION);
			this.method = method;
		}

		@Override
		public void visitSource(@Nullable String source, @Nullable String debug) {
			this.file = source;
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			if (this.method == null || !name.equals(this.method.getName())
					|| !descriptor.equals(Type.getMethodDescriptor(this.method))) {
				return null;
			}
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {
				@Override
				public void visitLineNumber(int found, Label start) {
					if (Finder.this.line == 0) {
						Finder.this.line = found;
					}
				}
			};
		}

	}

}
